import { expect, test } from 'vitest';
import { searchRequestSchema } from '../../../../src/services/search/search-request.ts';

test('what a caller leaves out, or sends as null, has the default that the API shows', () => {
  const complete = {
    query: {
      text: 'red dress',
      mend: true,
      understand: false,
      textWeight: 0.5,
      semanticRatio: 0.4,
      mode: 'HYBRID',
    },
    filter: {},
    sort: 'RELEVANCE',
    first: 10,
    minRelevance: 0.5,
  };
  expect(searchRequestSchema.parse({ query: { text: 'red dress' } })).toEqual(complete);
  const nulls = {
    query: { text: 'red dress', imageUrl: null, mend: null, textWeight: null, semanticRatio: null, mode: null },
    filter: { categories: null, price: null, inStock: undefined, attributes: null },
    first: null,
    after: null,
    sort: null,
    minSimilarity: null,
    minRelevance: null,
  };
  expect(searchRequestSchema.parse(nulls)).toEqual(complete);
});

test('half a price range is a condition of one end, and a null in it is none', () => {
  const { filter } = searchRequestSchema.parse({ query: { text: 'a' }, filter: { price: { min: 5, max: null } } });
  expect(filter).toEqual({ price: { min: 5 } });
});

test('a search by an image compares images unless something else is asked for', () => {
  const modeOf = (query: object) => searchRequestSchema.parse({ query }).query?.mode;
  expect(modeOf({ imageUrl: 'https://shop.example/a.png' })).toBe('VECTOR');
  expect(modeOf({ imageUrl: 'https://shop.example/a.png', text: 'red' })).toBe('HYBRID');
  expect(modeOf({ imageUrl: 'https://shop.example/a.png', text: 'red', mode: 'VECTOR' })).toBe('VECTOR');
});

test('the same words are the same text, however they were typed', () => {
  const { query } = searchRequestSchema.parse({ query: { text: '  Cafe\u0301 \n\t noir ' } });
  expect(query?.text).toBe('Café noir');
});

test('everything matches where only images are compared or nothing is, and with words what reaches half of the best', () => {
  const cutOf = (request: object) => searchRequestSchema.parse(request).minRelevance;
  expect(cutOf({ query: { text: 'red' } })).toBe(0.5);
  expect(cutOf({ query: { text: 'red', mode: 'LEXICAL' } })).toBe(0.5);
  expect(cutOf({ query: { text: 'red', mode: 'VECTOR' } })).toBe(0);
  expect(cutOf({ query: { imageUrl: 'https://shop.example/a.png' } })).toBe(0);
  expect(cutOf({ query: null, filter: { inStock: true } })).toBe(0);
  expect(cutOf({ query: { text: 'red' }, minRelevance: 0 })).toBe(0);
});

test('a limit on what to be like is refused where nothing is looked for, since it would do nothing', () => {
  const pathsOf = (request: object) => searchRequestSchema.safeParse(request).error?.issues.map(({ path }) => path);
  expect(pathsOf({ minRelevance: 0.5, minSimilarity: 0.2 })).toEqual([['minSimilarity'], ['minRelevance']]);
  expect(pathsOf({ query: { text: 'red' }, minRelevance: 1.5 })).toEqual([['minRelevance']]);
  expect(pathsOf({ query: {} })).toEqual([['query']]);
});

test('a product to be like stands in the place of an image', () => {
  const parse = (query: object) => searchRequestSchema.safeParse({ query });
  expect(parse({ productId: 'a' }).data).toMatchObject({ query: { mode: 'VECTOR' }, minRelevance: 0 });
  expect(parse({ productId: 'a', text: 'red' }).data).toMatchObject({ query: { mode: 'HYBRID' }, minRelevance: 0.5 });
  const pathsOf = (query: object) => parse(query).error?.issues.map(({ path }) => path);
  expect(pathsOf({ productId: 'a', imageUrl: 'https://shop.example/a.png' })).toEqual([['query', 'productId']]);
  expect(pathsOf({ productId: 'a', mode: 'HYBRID' })).toEqual([['query', 'mode']]);
  expect(pathsOf({ productId: 'a', text: 'red', mode: 'LEXICAL' })).toEqual([['query', 'mode']]);
  expect(pathsOf({ productId: '' })).toEqual([['query', 'productId']]);
  expect(pathsOf({ productId: 'x'.repeat(129) })).toEqual([['query', 'productId']]);
});

test('what to steer away from is read as a text is, and needs something to look for beside it', () => {
  const { query } = searchRequestSchema.parse({ query: { text: 'dress', exclude: '  dark \n red ' } });
  expect(query?.exclude).toBe('dark red');
  const pathsOf = (request: object) => searchRequestSchema.safeParse(request).error?.issues.map(({ path }) => path);
  expect(pathsOf({ query: { exclude: 'red' } })).toEqual([['query'], ['query', 'exclude']]);
  expect(pathsOf({ query: { text: 'dress', exclude: ' ' } })).toEqual([['query', 'exclude']]);
  expect(pathsOf({ query: { text: 'dress', exclude: 'x'.repeat(1001) } })).toEqual([['query', 'exclude']]);
});
