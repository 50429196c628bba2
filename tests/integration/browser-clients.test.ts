import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const SHOP = 'https://shop.example';
let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine({ NODE_ENV: 'production', CORS_ORIGINS: SHOP });
});
afterAll(() => vitrine.close());

describe('default set-ups of Apollo Client and urql', () => {
  // Both send the hash alone first, and the whole query once they hear this: Apollo reads the code, urql the message.
  const hash = 'a'.repeat(64);
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
  const refusal = {
    message: 'PersistedQueryNotSupported',
    extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
  };

  test('send the whole query once they hear that hashes are not kept here', async () => {
    for (const accept of ['*/*', 'application/graphql-response+json, application/json;q=0.9']) {
      const answer = await sendRaw(vitrine.server, { operationName: 'Find', variables: {}, extensions }, { accept });
      expect([answer.status, answer.errors]).toEqual([200, [refusal]]);
    }
    const url = `${ORIGIN}/graphql?operationName=Find&extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
    const byGet = await vitrine.server.fetch(url, { headers: { accept: 'application/json' } });
    expect([byGet.status, (await byGet.json()).errors]).toEqual([200, [refusal]]);
  });

  test('are answered when they send query and hash together', async () => {
    const { data } = await sendRaw(vitrine.server, { query: '{ health { status } }', extensions });
    expect(data).toEqual({ health: { status: 'UP' } });
  });

  test('are told so where the query was forgotten', async () => {
    const { errors } = await sendRaw(vitrine.server, { variables: {}, extensions: {} });
    expect(errors).toEqual([{ message: 'Must provide query string.', extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('pages that may ask', () => {
  const headersOf = async (origin: string, init: RequestInit = {}) =>
    (
      await vitrine.server.fetch(`${ORIGIN}/graphql?query={health{status}}`, {
        ...init,
        headers: { origin, ...init.headers },
      })
    ).headers;

  test('may send whatever headers their client and their monitoring add', async () => {
    const asked = 'apollographql-client-name,traceparent,sentry-trace,apollo-require-preflight,content-type,x-api-key';
    const headers = { 'access-control-request-method': 'POST', 'access-control-request-headers': asked };
    const allowed = await headersOf(SHOP, { method: 'OPTIONS', headers });
    expect(allowed.get('access-control-allow-origin')).toBe(SHOP);
    expect(allowed.get('access-control-allow-headers')).toBe(asked);
    const other = await headersOf('https://evil.example', { method: 'OPTIONS', headers });
    expect(other.get('access-control-allow-origin')).toBeNull();
    expect(other.get('access-control-allow-headers')).toBeNull();
  });

  test('never get the answer that a cache on the way keeps of another page, nor it theirs', async () => {
    for (const origin of [SHOP, 'https://evil.example']) {
      expect((await headersOf(origin)).get('vary')).toMatch(/\bOrigin\b/);
    }
    const withoutOrigin = await vitrine.server.fetch(`${ORIGIN}/graphql?query={health{status}}`);
    expect(withoutOrigin.headers.get('vary')).toMatch(/\bOrigin\b/);
  });
});

test('a body is JSON however its type is written', async () => {
  const body = { query: '{ health { status } }' };
  for (const type of ['Application/JSON', 'application/JSON ; charset=UTF-8', 'application/graphql-response+json']) {
    expect((await sendRaw(vitrine.server, body, { 'content-type': type })).data).toEqual({ health: { status: 'UP' } });
  }
});
