import { expect, test } from 'vitest';
import { searchRequestSchema } from '../../../../src/services/search/search-request.ts';

test('what a caller leaves out, or sends as null, has the default that the API shows', () => {
  const complete = {
    query: { text: 'red dress', textWeight: 0.5, semanticRatio: 0.4, mode: 'HYBRID' },
    filter: {},
    first: 10,
  };
  expect(searchRequestSchema.parse({ query: { text: 'red dress' } })).toEqual(complete);
  const nulls = {
    query: { text: 'red dress', imageUrl: null, textWeight: null, semanticRatio: null, mode: null },
    filter: { categories: null, price: null, inStock: undefined, attributes: null },
    first: null,
    after: null,
    minSimilarity: null,
  };
  expect(searchRequestSchema.parse(nulls)).toEqual(complete);
});

test('half a price range is a condition of one end, and a null in it is none', () => {
  const { filter } = searchRequestSchema.parse({ query: { text: 'a' }, filter: { price: { min: 5, max: null } } });
  expect(filter).toEqual({ price: { min: 5 } });
});

test('a search by an image compares images unless something else is asked for', () => {
  const modeOf = (query: object) => searchRequestSchema.parse({ query }).query.mode;
  expect(modeOf({ imageUrl: 'https://shop.example/a.png' })).toBe('VECTOR');
  expect(modeOf({ imageUrl: 'https://shop.example/a.png', text: 'red' })).toBe('HYBRID');
  expect(modeOf({ imageUrl: 'https://shop.example/a.png', text: 'red', mode: 'VECTOR' })).toBe('VECTOR');
});

test('the same words are the same text, however they were typed', () => {
  const { query } = searchRequestSchema.parse({ query: { text: '  Cafe\u0301 \n\t noir ' } });
  expect(query.text).toBe('Café noir');
});
