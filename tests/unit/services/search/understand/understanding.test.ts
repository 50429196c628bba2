import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../../../../src/adapters/vector-store/tokens.ts';
import { searchRequestSchema } from '../../../../../src/services/search/search-request.ts';
import { createUnderstanding } from '../../../../../src/services/search/understand/understanding.ts';
import { VOCABULARY } from './texts.ts';

const reader = await createTokenizer('english');
/** A catalogue in which every combination has a product, unless `counts` says otherwise. */
const understandingOf = (language: 'english' | 'german', counts: { count?: number; having?: number[] } = {}) => {
  const having = [...(counts.having ?? [])];
  return createUnderstanding({
    reader: { ...reader, language },
    vocabulary: { current: async () => ({ ...VOCABULARY, stems: new Map() }) },
    store: {
      count: async () => counts.count ?? 1,
      countHavingAll: async (texts) => texts.map(() => having.shift() ?? 1),
    },
  });
};

type Query = Record<string, unknown>;
async function apply(query: Query, rest: Query = {}, understanding = understandingOf('english')) {
  const {
    first: _first,
    after: _after,
    ...request
  } = searchRequestSchema.parse({
    query: { understand: true, ...query },
    ...rest,
  });
  return understanding.apply(request, {});
}

describe('what is asked for once a text is understood', () => {
  test('is the rest of the text under the conditions of both, prices where they meet', async () => {
    const filter = { price: { min: 10, max: 60 }, attributes: [{ name: 'size', anyOf: ['M'] }] };
    const { request } = await apply({ text: 'red lamp under 50 not leather', exclude: 'chrome' }, { filter });
    expect(request.query).toMatchObject({ text: 'red lamp', exclude: 'chrome', mode: 'HYBRID' });
    expect(request.filter).toEqual({
      price: { min: 10, max: 50 },
      attributes: [
        { name: 'size', anyOf: ['M'] },
        { name: 'color', anyOf: ['red', 'Red'] },
      ],
      without: { attributes: [{ name: 'material', anyOf: ['leather'] }] },
    });
    expect(request.minRelevance).toBe(0.5);
  });

  test('is everything that satisfies them where nothing else was said, unless a cut was asked for', async () => {
    expect((await apply({ text: 'red shoes under 50' })).request).toMatchObject({
      minRelevance: 0,
      query: { text: 'red shoes' },
    });
    expect((await apply({ text: 'red shoes under 50' }, { minRelevance: 0.8 })).request.minRelevance).toBe(0.8);
    expect((await apply({ text: 'lamp' })).request.minRelevance).toBe(0.5);
  });

  test('is the filter alone where nothing of the text is left, in any mode', async () => {
    for (const mode of ['HYBRID', 'LEXICAL', 'VECTOR']) {
      const minSimilarity = mode === 'LEXICAL' ? null : 0.2;
      const { request } = await apply({ text: 'under 50', mode }, { minSimilarity });
      expect(request).toEqual({ filter: { price: { max: 50 } }, sort: 'RELEVANCE', minRelevance: 0 });
    }
  });

  test('is the image alone where it is all that is left', async () => {
    const { request } = await apply({ text: 'under 50, in stock', imageUrl: 'https://shop.example/a.png' });
    expect(request).toMatchObject({ filter: { price: { max: 50 }, inStock: true }, minRelevance: 0 });
    expect(request.query).toMatchObject({ imageUrl: 'https://shop.example/a.png', mode: 'VECTOR' });
    expect(request.query).not.toHaveProperty('text');
  });

  test('steers away from unwanted words beside those that the caller names; alone they are what is looked for', async () => {
    expect((await apply({ text: 'lamp without hood', exclude: 'red' })).request.query).toMatchObject({
      text: 'lamp',
      exclude: 'red hood',
    });
    const alone = await apply({ text: 'without hood' });
    expect([alone.request.query?.text, alone.understood]).toEqual(['without hood', []]);
  });

  test('has no values that no product has together, or none with the other words that some product has', async () => {
    const fieldsOf = async (text: string, counts: { count?: number; having?: number[] }) =>
      (await apply({ text }, {}, understandingOf('english', counts))).understood.map(({ field }) => field);
    expect(await fieldsOf('red shoes under 50', { count: 0 })).toEqual(['price']);
    expect(await fieldsOf('red wine bottle', { having: [0, 3] })).toEqual([]);
    expect(await fieldsOf('red wine bottle', { having: [0, 0] })).toEqual(['color']);
    expect(await fieldsOf('red wine bottle', { having: [2] })).toEqual(['color']);
  });

  test('is what was asked for in a language without a table, and where nobody asks for understanding', async () => {
    const text = 'dress under 50 not red';
    const german = await apply({ text }, {}, understandingOf('german'));
    expect([german.understood, german.request.query?.text, german.request.filter]).toEqual([[], text, {}]);
    const plain = await apply({ text, understand: false });
    expect([plain.understood, plain.request.query?.text, plain.request.filter]).toEqual([[], text, {}]);
  });
});

test('a text of nothing but conditions has ten at most', async () => {
  const text = 'red, not blue, under 50, in stock, size m, '.repeat(23).slice(0, 1000);
  expect((await apply({ text })).understood.length).toBeLessThanOrEqual(10);
  const endless = ['for '.repeat(250), 'not red or '.repeat(90), 'no '.repeat(330), '1-'.repeat(500)];
  for (const text of endless) expect((await apply({ text })).understood.length).toBeLessThanOrEqual(10);
});
