import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTokenizer } from '../../src/adapters/vector-store/tokens.ts';
import type { SuggestQueryVariables } from '../gql/graphql.ts';
import { demoProducts, startDemoVitrine } from '../support/demo.ts';
import { Suggest } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

type Demo = (typeof demoProducts)[number];

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({ RATE_LIMIT_SEARCHES: '0' });
  // The vocabulary follows writes within seconds.
  await vi.waitFor(async () => expect((await suggest({ prefix: 'tomato' })).queries).toHaveLength(1), 10_000);
});
afterAll(() => vitrine.close());

const suggest = async (variables: SuggestQueryVariables) => (await vitrine.data(Suggest, variables)).suggest;
const textsOf = ({ queries }: { queries: { text: string }[] }) => queries.map(({ text }) => text);

const tokenizer = await createTokenizer('english');
/** How many products have all words of a text anywhere, counted by hand. */
function countHaving(text: string, fits: (product: Demo) => boolean = () => true): number {
  const wanted = tokenizer.questionWords(text);
  return demoProducts.filter((product) => {
    const { id, name, description, category, attributes } = product;
    const all = [id, name, description, category, ...Object.values(attributes)].join(' ');
    const own = new Set(tokenizer.read(all).map(({ stem }) => stem));
    return fits(product) && wanted.every((word) => own.has(word));
  }).length;
}

describe('suggestions', () => {
  test.each(['r', 're', 'red d', 'red dr', 'leather s', 'navy b', "women's sh", 'T-SH', 'the re', 'red ', 'women '])(
    'for "%s" go on from what was typed, and the counts are those of a hand count, most first',
    async (prefix) => {
      const { queries } = await suggest({ prefix, first: 20 });
      expect(queries.length).toBeGreaterThan(0);
      for (const { text, matchCount } of queries) {
        expect(text.startsWith(prefix.toLowerCase())).toBe(true);
        expect([text, matchCount]).toEqual([text, countHaving(text)]);
      }
      const counts = queries.map(({ matchCount }) => matchCount);
      expect(counts).toEqual(counts.toSorted((left, right) => right - left));
      expect(counts.at(-1)).toBeGreaterThan(0);
      expect(new Set(textsOf({ queries })).size).toBe(queries.length);
    },
  );

  test('complete the last word in the context of those before it', async () => {
    expect(textsOf(await suggest({ prefix: 'red dr' }))[0]).toBe('red dress');
    expect(textsOf(await suggest({ prefix: 'navy b' }))).toContain('navy blue');
    expect(textsOf(await suggest({ prefix: 'nav' }))).toContain('navy blue');
    expect(textsOf(await suggest({ prefix: 't-sh' }))).toEqual(['t-shirt']);
    expect(textsOf(await suggest({ prefix: 'jewellery t' }))).not.toContain('jewellery trousers');
  });

  test('take a misspelled word before the last one for what it was meant to be', async () => {
    const meant = await suggest({ prefix: 'leather s' });
    expect(await suggest({ prefix: 'leahter s' })).toEqual(meant);
    expect((await suggest({ prefix: 'leahter ' })).queries).toEqual((await suggest({ prefix: 'leather ' })).queries);
    expect((await suggest({ prefix: 'leather qz' })).queries).toEqual([]);
  });

  test('behind a blank are categories and values that go with the words before', async () => {
    const { queries } = await suggest({ prefix: 'leather ' });
    expect(textsOf({ queries })).toContain('leather shoes');
    for (const { text } of queries) expect(text.startsWith('leather ')).toBe(true);
  });

  test('stay within the filter: its counts, its products, its categories', async () => {
    const filter = { categories: ['bags'], price: { max: 100 } };
    const fits = ({ category, price }: Demo) => category === 'bags' && price <= 100;
    const { queries, products, categories } = await suggest({ prefix: 'b', filter, first: 20 });
    expect(queries.length).toBeGreaterThan(2);
    for (const { text, matchCount } of queries) expect([text, matchCount]).toEqual([text, countHaving(text, fits)]);
    for (const { category } of products) expect(category).toBe('bags');
    expect(categories).toEqual([{ category: 'bags', count: demoProducts.filter(fits).length }]);
    expect((await suggest({ prefix: 'sho', filter })).categories).toEqual([]);
    expect((await suggest({ prefix: 'b', filter: { categories: [] } })).queries).toEqual([]);
  });

  test('show products whose names have what was typed', async () => {
    const { products } = await suggest({ prefix: 'red dr' });
    expect(products.length).toBeGreaterThan(0);
    for (const { name } of products) expect(name.toLowerCase()).toMatch(/\bred\b.*|\bdr/);
    for (const { name } of products) expect(name.toLowerCase()).toMatch(/\bdr/);
  });

  test('are none for what nobody has, for nothing, and for blanks', async () => {
    for (const prefix of ['zzzz', 'red zzzz', '', '  ', '!!']) {
      expect(await suggest({ prefix })).toEqual({ queries: [], products: [], categories: [] });
    }
  });

  test('are as many as asked for, the first of more', async () => {
    const many = await suggest({ prefix: 's', first: 20 });
    expect(many.queries).toHaveLength(20);
    expect((await suggest({ prefix: 's' })).queries).toEqual(many.queries.slice(0, 8));
    expect((await suggest({ prefix: 's', first: 1 })).queries).toEqual(many.queries.slice(0, 1));
  });

  test('refuse a prefix that nobody types and a number out of bounds, both at once', async () => {
    const { errors } = await vitrine.ask(Suggest, { prefix: 'x'.repeat(101), first: 21 });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(errors?.[0]?.extensions?.issues).toMatchObject([{ path: ['prefix'] }, { path: ['first'] }]);
    expect((await vitrine.ask(Suggest, { prefix: `${' '.repeat(200)}red${' '.repeat(100)}` })).errors).toBeUndefined();
  });
});
