import { createSchema, createYoga } from 'graphql-yoga';
import { describe, expect, test } from 'vitest';
import { createMemoryRateLimiter } from '../../../src/adapters/rate-limit/memory.ts';
import { RATE_LIMIT_WINDOW_MS } from '../../../src/adapters/rate-limit/types.ts';
import { toPublicError } from '../../../src/plugins/public-errors.ts';
import { useRateLimits } from '../../../src/plugins/rate-limit.ts';

const typeDefs = /* GraphQL */ `
  type Query {
    searchProducts(text: String): String
    product(id: ID!): String
    health: String
  }
  type Mutation {
    indexProduct(id: ID!): String
  }
`;

function createServer(max: { searches?: number; writes?: number } = {}) {
  const clock = { ms: 0 };
  const resolved: string[] = [];
  const note = (name: string) => () => {
    resolved.push(name);
    return 'ok';
  };
  const yoga = createYoga({
    schema: createSchema({
      typeDefs,
      resolvers: {
        Query: { searchProducts: note('search'), product: note('product'), health: note('health') },
        Mutation: { indexProduct: note('write') },
      },
    }),
    logging: false,
    maskedErrors: { maskError: toPublicError },
    context: ({ request }) => ({ callerName: request.headers.get('x-api-key') ?? 'anonymous' }),
    plugins: [
      useRateLimits({
        limiter: createMemoryRateLimiter({ windowMs: RATE_LIMIT_WINDOW_MS, now: () => clock.ms }),
        limits: { searches: max.searches ?? 3, writes: max.writes ?? 1 },
        rootFields: [
          { type: 'Query', name: 'searchProducts', policy: { scope: null, budget: 'searches', cached: false } },
          { type: 'Query', name: 'product', policy: { scope: null, budget: 'searches', cached: false } },
          { type: 'Query', name: 'health', policy: { scope: null, budget: null, cached: false } },
          { type: 'Mutation', name: 'indexProduct', policy: { scope: null, budget: 'writes', cached: false } },
        ],
      }),
    ],
  });
  async function ask(query: string, caller = 'shop', variables?: Record<string, unknown>, operationName?: string) {
    const response = await yoga.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': caller },
      body: JSON.stringify({ query, variables, operationName }),
    });
    return response.json();
  }
  return { ask, clock, resolved };
}

const SEARCH = '{ searchProducts }';
const REFUSED = { errors: [{ extensions: { code: 'RATE_LIMITED' } }] };

describe('rate limits in the API', () => {
  test('a caller over its budget is told so, with the seconds to wait, and nothing of its operation runs', async () => {
    const { ask, clock, resolved } = createServer();
    for (let call = 0; call < 3; call += 1) expect(await ask(SEARCH)).toEqual({ data: { searchProducts: 'ok' } });
    clock.ms += 47_500;
    const answer = await ask(SEARCH);
    expect(answer).toEqual({
      errors: [
        {
          message: 'Too many searches: 3 a minute are allowed. Try again in 13 s.',
          extensions: { code: 'RATE_LIMITED', retryAfter: 13 },
        },
      ],
    });
    expect(resolved).toHaveLength(3);
    clock.ms += 13_000;
    expect(await ask(SEARCH)).toEqual({ data: { searchProducts: 'ok' } });
  });

  test('fields of one budget share it, and writes have their own, so an import does not stop the search', async () => {
    const { ask } = createServer();
    await ask(SEARCH);
    await ask('{ product(id: 1) }');
    await ask('query ($id: ID!) { product(id: $id) }', 'shop', { id: 2 });
    expect(await ask('{ product(id: 3) }')).toMatchObject(REFUSED);
    expect(await ask('mutation { indexProduct(id: 1) }')).toEqual({ data: { indexProduct: 'ok' } });
    expect(await ask('mutation { indexProduct(id: 1) }')).toMatchObject(REFUSED);
  });

  test('variables that are left to their defaults are no reason to refuse', async () => {
    const { ask } = createServer();
    const withDefault = 'query ($id: ID! = "a") { product(id: $id) }';
    expect(await ask(withDefault)).toEqual({ data: { product: 'ok' } });
    expect(await ask('query ($id: ID!) { product(id: $id) }')).toMatchObject({
      errors: [{ message: expect.stringContaining('$id') }],
    });
  });

  test('only the operation that runs counts, not the others of its document', async () => {
    const { ask } = createServer({ searches: 1 });
    const document = 'query A { searchProducts } query B($x: ID!) { a: product(id: $x) b: product(id: $x) }';
    expect(await ask(document, 'shop', undefined, 'A')).toEqual({ data: { searchProducts: 'ok' } });
    expect(await ask(document, 'shop', { x: '1' }, 'B')).toMatchObject(REFUSED);
  });

  test('one shop at its limit does not stop another', async () => {
    const { ask } = createServer({ searches: 1 });
    await ask(SEARCH);
    expect(await ask(SEARCH)).toMatchObject(REFUSED);
    expect(await ask(SEARCH, 'another')).toEqual({ data: { searchProducts: 'ok' } });
  });

  test.each([
    ['aliases', '{ a: searchProducts b: searchProducts c: searchProducts d: searchProducts }'],
    [
      'a fragment',
      'query { ...F } fragment F on Query { a: product(id: 1) b: product(id: 2) c: product(id: 3) d: product(id: 4) }',
    ],
    [
      'an inline fragment',
      '{ ... on Query { a: searchProducts b: searchProducts } c: searchProducts d: searchProducts }',
    ],
  ])('many searches in one operation all count (%s), so packing them gains nothing', async (_, query) => {
    const { ask, resolved } = createServer();
    const answer = await ask(query);
    expect(answer).toMatchObject(REFUSED);
    expect(answer.errors).toHaveLength(1);
    expect(resolved).toEqual([]);
  });

  test('fields without a budget and budgets of 0 are not limited', async () => {
    const { ask } = createServer({ searches: 1, writes: 0 });
    for (let call = 0; call < 20; call += 1) {
      expect(await ask('{ health }')).toEqual({ data: { health: 'ok' } });
      expect(await ask('mutation { indexProduct(id: 1) }')).toEqual({ data: { indexProduct: 'ok' } });
    }
  });
});
