import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { graphql } from '../gql/gql.ts';
import { demoProducts, startDemoVitrine, toInput } from '../support/demo.ts';
import { FindProducts, IndexProduct } from '../support/operations.ts';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, type TestVitrine } from '../support/vitrine.ts';

const URL_OF_API = `${ORIGIN}/graphql`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(query) } });

/** A document of this test's own, so that no other has sent it before. */
const ListNames = graphql(`
  query ListNames($text: String!) {
    searchProducts(query: { text: $text }, first: 3) {
      nodes {
        name
      }
    }
  }
`);

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, 30);
});
afterAll(() => vitrine.close());

/** What went over the wire: the method, and whether the query itself was sent along. */
let sent: { method: string; hasQuery: boolean }[] = [];
beforeEach(() => {
  sent = [];
});
const send: typeof fetch = async (input, init) => {
  const { method = 'GET', body } = init ?? {};
  const url = String(input);
  const params = method === 'GET' ? Object.fromEntries(new URL(url).searchParams) : JSON.parse(String(body));
  sent.push({ method, hasQuery: 'query' in params });
  return vitrine.server.fetch(url, init ?? {});
};

/** A GET of the hash of a query, as a CDN would see it. */
async function getByHash(query: string, variables: object = {}) {
  const search = new URLSearchParams({
    extensions: JSON.stringify(persisted(query)),
    variables: JSON.stringify(variables),
  });
  const response = await vitrine.server.fetch(`${URL_OF_API}?${search}`, { headers: { accept: 'application/json' } });
  return { status: response.status, ...(await response.json()) };
}

describe('Apollo Client as its documentation sets it up', () => {
  const connect = (useGETForHashedQueries: boolean) =>
    new ApolloClient({
      cache: new InMemoryCache(),
      defaultOptions: { query: { fetchPolicy: 'no-cache' } },
      link: ApolloLink.from([
        new PersistedQueryLink({ sha256, useGETForHashedQueries }),
        new HttpLink({ uri: URL_OF_API, fetch: send }),
      ]),
    });

  test('sends a query once, by POST, and from then on its hash by GET', async () => {
    const ask = async (text: string) => {
      const variables = { query: { text }, first: 2 };
      return (await connect(true).query({ query: FindProducts, variables })).data?.searchProducts.edges.length;
    };
    expect(await ask('red dress')).toBe(2);
    expect(sent).toEqual([
      { method: 'GET', hasQuery: false },
      { method: 'POST', hasQuery: true },
    ]);
    sent = [];
    expect(await ask('blue shirt')).toBe(2);
    expect(sent).toEqual([{ method: 'GET', hasQuery: false }]);
  });

  test('sends both by POST where it was not told to use GET', async () => {
    for (const text of ['red dress', 'blue shirt']) {
      const { data } = await connect(false).query({ query: ListNames, variables: { text } });
      expect(data?.searchProducts.nodes.length).toBeGreaterThan(0);
    }
    expect(sent).toEqual([
      { method: 'POST', hasQuery: false },
      { method: 'POST', hasQuery: true },
      { method: 'POST', hasQuery: false },
    ]);
  });

  test('sends mutations by their hash in POSTs alone', async () => {
    const [sample] = demoProducts.slice(40).map(toInput);
    if (!sample) throw new Error('the demo catalogue is too short');
    for (const id of ['first', 'second']) {
      const { data } = await connect(true).mutate({
        mutation: IndexProduct,
        variables: { input: { ...sample, id } },
      });
      expect(data?.indexProduct.id).toBe(id);
    }
    expect(sent).toEqual([
      { method: 'POST', hasQuery: false },
      { method: 'POST', hasQuery: true },
      { method: 'POST', hasQuery: false },
    ]);
  });
});

test('urql with its persistedExchange as it comes sends a query once and from then on its hash by GET', async () => {
  const ask = async (text: string) => {
    const client = new Client({
      url: URL_OF_API,
      fetch: send,
      preferGetMethod: 'within-url-limit',
      exchanges: [persistedExchange(), fetchExchange],
    });
    const { data, error } = await client.query(ListNames, { text });
    expect(error).toBeUndefined();
    return data?.searchProducts.nodes.length;
  };
  expect(await ask('red dress')).toBeGreaterThan(0);
  expect(sent.map(({ hasQuery }) => hasQuery)).toEqual([false, true]);
  sent = [];
  expect(await ask('blue shirt')).toBeGreaterThan(0);
  expect(sent).toEqual([{ method: 'GET', hasQuery: false }]);
});

describe('what strangers send as a persisted query', () => {
  const unknown = [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }];

  test('an unknown hash is told in the words that clients go by, with status 200, by POST and by GET', async () => {
    for (const accept of ['*/*', 'application/graphql-response+json, application/json;q=0.9']) {
      const answer = await sendRaw(vitrine.server, { extensions: persisted('{ __typename }') }, { accept });
      expect([answer.status, answer.errors]).toEqual([200, unknown]);
    }
    expect(await getByHash('{ __typename }')).toEqual({ status: 200, errors: unknown });
  });

  test('a hash of something else is refused, and neither text is kept under it', async () => {
    const [good, bad] = ['{ health { version } }', '{ health { status } }'];
    const refused = await sendRaw(vitrine.server, { query: bad, extensions: persisted(good) });
    expect([refused.data, refused.errors[0]?.extensions.code]).toEqual([null, 'BAD_USER_INPUT']);
    expect((await getByHash(good)).errors).toEqual(unknown);
    expect((await getByHash(bad)).errors).toEqual(unknown);
  });

  test('nothing is kept that does not parse, does not validate or goes beyond the limits of documents', async () => {
    const deep = `{ ${'a { '.repeat(20)} a ${'} '.repeat(20)} }`;
    const long = `{ health { status } } #${'x'.repeat(15_000)}`;
    for (const query of ['{ health {', '{ nothing }', deep, long]) {
      const { errors } = await sendRaw(vitrine.server, { query, extensions: persisted(query) });
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect((await getByHash(query)).errors).toEqual(unknown);
    }
  });

  test('a mutation that is known by its hash never runs by GET', async () => {
    const query = 'mutation { deleteProduct(id: "nobody") }';
    expect((await sendRaw(vitrine.server, { query, extensions: persisted(query) })).data).toEqual({
      deleteProduct: false,
    });
    const byGet = await getByHash(query);
    expect([byGet.status, byGet.data]).toEqual([405, undefined]);
    const plain = await vitrine.server.fetch(`${URL_OF_API}?query=${encodeURIComponent(query)}`);
    expect(plain.status).toBe(405);
  });

  test('a flood of registrations is answered, and what was kept of it ends at a hundred a minute', async () => {
    const queries = Array.from({ length: 150 }, (_, index) => `{ health { status } } # ${index}`);
    for (const query of queries) {
      const { data } = await sendRaw(vitrine.server, { query, extensions: persisted(query) });
      expect(data).toEqual({ health: { status: 'UP' } });
    }
    const kept = await Promise.all(queries.map(async (query) => !(await getByHash(query)).errors));
    expect(kept.filter(Boolean).length).toBeLessThanOrEqual(100);
    expect(kept[0]).toBe(true);
    expect(kept.at(-1)).toBe(false);
  });

  test.each([[{ version: 2, sha256Hash: sha256('x') }], [{ version: 1 }], ['x'], [{ version: 1, sha256Hash: {} }]])(
    'another form of persisted query, %j, is told so that the client sends the query itself',
    async (persistedQuery) => {
      const { errors } = await sendRaw(vitrine.server, { extensions: { persistedQuery } });
      expect(errors).toEqual([
        { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } },
      ]);
    },
  );

  test('a request without a query and without a hash is told what it lacks', async () => {
    const { errors } = await sendRaw(vitrine.server, { variables: {}, extensions: {} });
    expect(errors).toEqual([{ message: 'Must provide query string.', extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
