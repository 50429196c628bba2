import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DeleteProduct,
  DeleteProducts,
  FindProducts,
  GetHealth,
  GetProduct,
  ListProducts,
} from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const SEARCH = 'search-secret-0123456789';
const WRITE = 'write-secret-0123456789';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine({
    NODE_ENV: 'production',
    API_KEYS: `web:search:${SEARCH},erp:write:${WRITE}`,
    CORS_ORIGINS: 'https://shop.example,https://m.shop.example',
    RATE_LIMIT_SEARCHES: '5',
    RATE_LIMIT_WRITES: '2',
  });
});
afterAll(() => vitrine.close());

const codeOf = async (answer: Promise<{ errors?: { extensions: { code: string } }[] }>) =>
  (await answer).errors?.[0]?.extensions.code;
const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
const search = (headers: { headers?: Record<string, string> } = {}) => vitrine.ask(GetProduct, { id: 'none' }, headers);

describe('keys', () => {
  test('are asked for, taken in both headers, and never half right', async () => {
    expect(await codeOf(search())).toBe('UNAUTHENTICATED');
    expect(await codeOf(search(bearer('wrong')))).toBe('UNAUTHENTICATED');
    expect(await codeOf(search(bearer(SEARCH)))).toBeUndefined();
    expect(await codeOf(search({ headers: { 'x-api-key': WRITE } }))).toBeUndefined();
  });

  test('protect a cached answer as well as a computed one', async () => {
    await search(bearer(WRITE));
    const { data, errors } = await search();
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('that may only search cannot delete, not even beside a public field in one document', async () => {
    expect(await codeOf(vitrine.ask(DeleteProduct, { id: 'x' }, bearer(SEARCH)))).toBe('FORBIDDEN');
    expect(await codeOf(vitrine.ask(DeleteProduct, { id: 'x' }))).toBe('UNAUTHENTICATED');
  });

  test('that may only search cannot take the whole catalogue out, also where searching is open', async () => {
    expect(await codeOf(vitrine.ask(ListProducts, {}, bearer(SEARCH)))).toBe('FORBIDDEN');
    expect(await codeOf(vitrine.ask(ListProducts, {}))).toBe('UNAUTHENTICATED');
    expect(await codeOf(vitrine.ask(DeleteProducts, { ids: ['x'] }, bearer(SEARCH)))).toBe('FORBIDDEN');
  });

  test('are not needed for health and the schema, also behind fragments; a field beside them is protected', async () => {
    expect(await codeOf(vitrine.ask(GetHealth, {}))).toBeUndefined();
    const post = async (query: string) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) };
      return (await vitrine.server.fetch(`${ORIGIN}/graphql`, init)).json();
    };
    expect(
      (await post('{ ...a } fragment a on Query { ... { __schema { queryType { name } } } }')).errors,
    ).toBeUndefined();
    const smuggled = await post('{ health { status } ...a } fragment a on Query { ... { product(id: "x") { id } } }');
    expect(smuggled.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  test('refusals have the HTTP status that says so, for clients that read it', async () => {
    const headers = { accept: 'application/graphql-response+json' };
    expect((await search({ headers })).response.status).toBe(401);
    const forbidden = await vitrine.ask(DeleteProduct, { id: 'x' }, { headers: { ...headers, 'x-api-key': SEARCH } });
    expect(forbidden.response.status).toBe(403);
  });
});

describe('budgets', () => {
  test('of writes and searches are separate, and a refusal says when to come back', async () => {
    const erase = () => vitrine.ask(DeleteProduct, { id: 'x' }, bearer(WRITE));
    expect([await codeOf(erase()), await codeOf(erase())]).toEqual([undefined, undefined]);
    const { errors, response } = await erase();
    expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    expect(errors?.[0]?.extensions.retryAfter).toBeGreaterThan(0);
    expect(response.headers.get('retry-after')).toBe(String(errors?.[0]?.extensions.retryAfter));
    expect(
      await codeOf(vitrine.ask(FindProducts, { query: { text: 'x', mode: 'LEXICAL' } }, bearer(WRITE))),
    ).toBeUndefined();
  });
});

describe('browsers', () => {
  const preflight = (origin: string) =>
    vitrine.server.fetch(`${ORIGIN}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  test('may ask from the pages that are listed, and from no other', async () => {
    const listed = await preflight('https://shop.example');
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    // Of several pages each has its own answer, and a cache on the way must not give one to another.
    expect(listed.headers.get('vary')).toContain('Origin');
    const other = await preflight('https://evil.example');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('cannot be made to send a form or plain text that changes the catalogue', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const body = 'query=mutation{deleteProduct(id:"a")}';
      const response = await vitrine.server.fetch(`${ORIGIN}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      // A form that shows that it was not sent unasked may bring an image.
      expect(response.status).toBe(type.startsWith('multipart') ? 400 : 415);
      expect((await response.json()).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('orchestrators and people', () => {
  test('learn whether it lives and whether it can search', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const response = await vitrine.server.fetch(`${ORIGIN}${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'UP' }]);
    }
  });

  test('a store that is away makes it not ready, while it stays alive', async () => {
    const gone = await startVitrine();
    await gone.deps.store.close();
    const ready = await gone.server.fetch(`${ORIGIN}/health/ready`);
    const live = await gone.server.fetch(`${ORIGIN}/health/live`);
    expect([ready.status, live.status]).toEqual([503, 200]);
    await gone.close();
  });

  test('who open the bare address are led to GraphiQL', async () => {
    const response = await vitrine.server.fetch(`${ORIGIN}/`);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });
});
