import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import type { FindProductsQueryVariables } from '../gql/graphql.ts';
import { FindProducts, IndexProduct } from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine({ IMAGE_MAX_BYTES: '300KB' });
});
afterAll(() => vitrine.close());

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  vitrine.server.fetch(`${ORIGIN}/graphql`, { method: 'POST', headers, body });

const send = async (query: string, variables: object = {}) => (await post(JSON.stringify({ query, variables }))).json();

describe('wrong input', () => {
  test('has every problem told at once, with its path', async () => {
    const { data, errors } = await vitrine.ask(FindProducts, {
      query: { text: ' ', imageUrl: 'ftp://x/y', textWeight: 2, semanticRatio: -1 },
      filter: { price: { min: 10, max: 5 } },
      first: 1000,
      minSimilarity: 3,
    });
    expect(data ?? null).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const paths = errors?.[0]?.extensions.issues?.map(({ path }) => path.join('.')).sort();
    expect(paths).toEqual([
      'filter.price',
      'first',
      'minSimilarity',
      'query.imageUrl',
      'query.semanticRatio',
      'query.text',
      'query.textWeight',
    ]);
  });

  const refused: [string, FindProductsQueryVariables, string][] = [
    ['a query of nothing', { query: {} }, 'query'],
    ['LEXICAL without a text', { query: { imageUrl: 'https://a.example/b.png', mode: 'LEXICAL' } }, 'query.mode'],
    ['HYBRID without a text', { query: { imageUrl: 'https://a.example/b.png', mode: 'HYBRID' } }, 'query.mode'],
    ['LEXICAL with an image', { query: { text: 'a', imageUrl: 'https://a.example/b', mode: 'LEXICAL' } }, 'query.mode'],
    ['a similarity of words', { query: { text: 'a', mode: 'LEXICAL' }, minSimilarity: 0.1 }, 'minSimilarity'],
    ['a text of 1001 characters', { query: { text: 'x'.repeat(1001) } }, 'query.text'],
    ['a page of none', { query: { text: 'a' }, first: 0 }, 'first'],
    ['a made-up cursor', { query: { text: 'a' }, after: 'zzz' }, 'after'],
  ];
  test.each(refused)('is refused where it makes no sense: %s', async (_what, variables, path) => {
    const { errors } = await vitrine.ask(FindProducts, variables);
    expect(errors?.[0]?.extensions.issues?.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  test('a bad product is refused with all its problems, and nothing is stored', async () => {
    const { errors } = await vitrine.ask(IndexProduct, {
      input: { id: '', name: '', category: 'c', price: -1, imageUrl: 'nonsense', currency: 'Euro' },
    });
    const paths = errors?.[0]?.extensions.issues?.map(({ path }) => path.join('.')).sort();
    expect(paths).toEqual(['input.currency', 'input.id', 'input.imageUrl', 'input.name', 'input.price']);
  });
});

describe('every error carries a code of the contract', () => {
  test.each([
    ['a syntax error', '{ health {'],
    ['an unknown field', '{ helth { status } }'],
    ['a wrong type', '{ product(id: {}) { id } }'],
    ['a missing variable', 'query($id: ID!) { product(id: $id) { id } }'],
    ['an unknown enum value', '{ searchProducts(query: { text: "a", mode: BEST }) { totalCount } }'],
    ['two operations and no name', 'query a { health { status } } query b { health { status } }'],
  ])('%s', async (_what, query) => {
    const { errors } = await send(query);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) expect(error.extensions.code).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['a body that is no JSON', '{"query":'],
    ['a body without a query', '{}'],
    ['a body that is a number', '5'],
  ])('%s', async (_what, body) => {
    const { errors } = await (await post(body)).json();
    expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  test.each(['variables', 'extensions'])('a GET whose %s are no JSON', async (name) => {
    const url = `${ORIGIN}/graphql?query={health{status}}&${name}=zz`;
    const response = await vitrine.server.fetch(url, { headers: { accept: 'application/json' } });
    expect((await response.json()).errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  test('the API lists exactly the codes that the server throws', async () => {
    const { data } = await send('{ __type(name: "ErrorCode") { enumValues { name } } }');
    expect(data.__type.enumValues.map(({ name }: { name: string }) => name).sort()).toEqual([...ERROR_CODES].sort());
  });
});

describe('images that cannot be used', () => {
  const ask = async (imageUrl: string) => (await vitrine.ask(FindProducts, { query: { imageUrl } })).errors?.[0];

  test.each([
    ['this machine', 'IMAGE_FORBIDDEN', 'http://127.0.0.1/x.png'],
    ["the cloud's metadata", 'IMAGE_FORBIDDEN', 'http://169.254.169.254/latest/meta-data'],
    ['this machine by IPv6', 'IMAGE_FORBIDDEN', 'http://[::1]/x.png'],
    ['an image of ours that is not there', 'IMAGE_UNREACHABLE', `${ORIGIN}/demo/images/none.png`],
    ['bytes that are no image', 'IMAGE_UNREADABLE', 'data:image/png;base64,bm8gcGljdHVyZQ=='],
    ['a text', 'IMAGE_UNREADABLE', 'data:text/plain;base64,aGVsbG8='],
    ['too many bytes', 'IMAGE_TOO_LARGE', `data:image/png;base64,${'A'.repeat(500_000)}`],
  ])('%s: %s', async (_what, code, imageUrl) => {
    expect((await ask(imageUrl))?.extensions.code).toBe(code);
  });
});

describe('limits on requests', () => {
  test('a body larger than any image may be is refused', async () => {
    const response = await post(JSON.stringify({ query: '{ health { status } }', padding: 'x'.repeat(2_000_000) }));
    expect(response.status).toBe(413);
    expect((await response.json()).errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  test('a mutation by GET is refused, so that no link can change a catalogue', async () => {
    const query = encodeURIComponent('mutation { deleteProduct(id: "a") }');
    const response = await vitrine.server.fetch(`${ORIGIN}/graphql?query=${query}`, {
      headers: { accept: 'application/json' },
    });
    expect(response.status).toBe(405);
  });
});
