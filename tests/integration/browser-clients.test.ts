import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const SHOP = 'https://shop.example';
let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine({ NODE_ENV: 'production', CORS_ORIGINS: SHOP });
});
afterAll(() => vitrine.close());

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
