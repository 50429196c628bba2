import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { UnderstandQueryVariables } from '../gql/graphql.ts';
import { demoProducts, startDemoVitrine } from '../support/demo.ts';
import { Understand } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

type Demo = (typeof demoProducts)[number];

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({ RATE_LIMIT_SEARCHES: '0' });
  // The vocabulary follows writes within seconds.
  await vi.waitFor(async () => expect((await ask('stoneware')).understood).toHaveLength(1), 10_000);
});
afterAll(() => vitrine.close());

async function ask(text: string, more: Partial<UnderstandQueryVariables['query']> = {}, rest = {}) {
  const query = { text, understand: true, ...more };
  return (await vitrine.data(Understand, { query, ...rest })).searchProducts;
}
const idsOf = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id).sort();
const demoIds = (fits: (product: Demo) => boolean) =>
  demoProducts
    .filter(fits)
    .map(({ id }) => id)
    .sort();
const isOfKind = ({ attributes }: Demo, kind: string) => attributes.kind === kind;

describe('conditions in words', () => {
  test('are not read unless that is asked for', async () => {
    const { understood, totalCount } = await ask('dress under 50', { understand: false });
    expect([understood, totalCount]).toEqual([[], 250]);
  });

  test('hold for every product of the list, and are shown with the words that they came from', async () => {
    const found = await ask('Sofa under 800 €, not green');
    expect(found.understood).toEqual([
      { words: 'Sofa', field: 'kind', label: 'sofa', negated: false, min: null, max: null, value: 'sofa' },
      { words: 'under 800 €', field: 'price', label: 'under 800', negated: false, min: null, max: 800, value: null },
      { words: 'not green', field: 'color', label: 'not green', negated: true, min: null, max: null, value: 'green' },
    ]);
    const expected = demoIds((one) => isOfKind(one, 'sofa') && one.price <= 800 && one.attributes.color !== 'green');
    expect(expected.length).toBeGreaterThan(0);
    expect(idsOf(found)).toEqual(expected);
    expect(found.matchCount).toBe(expected.length);
    expect(found.totalCount).toBe(expected.length);
  });

  test('are taken back one by one, however their words are written', async () => {
    const { understood, totalCount } = await ask('sofa under 800 not green', { leaveAlone: [' UNDER  800 ', 'sofa'] });
    expect(understood.map(({ words }) => words)).toEqual(['not green']);
    expect(totalCount).toBe(demoIds(({ attributes }) => attributes.color !== 'green').length);
    const none = await ask('sofa', { leaveAlone: ['sofa'] });
    expect([none.understood, none.totalCount]).toEqual([[], 250]);
  });

  test('alone list the products that satisfy them, the newest first unless sorted', async () => {
    const found = await ask('under 5, in stock', {}, { sort: 'PRICE_ASC' });
    expect(idsOf(found)).toEqual(demoIds(({ price, inStock }) => price <= 5 && inStock));
    const prices = found.nodes.map(({ price }) => price);
    expect(prices).toEqual(prices.toSorted((left, right) => left - right));
  });

  test('narrow the filter: prices meet, and what the filter says of a category or an attribute stays', async () => {
    const filter = { price: { min: 30, max: 100 }, attributes: [{ name: 'color', anyOf: ['blue'] }] };
    const found = await ask('red shoes under 80', {}, { filter });
    expect(found.understood.map(({ field }) => field)).toEqual(['category', 'price']);
    const fits = ({ category, price, attributes }: Demo) =>
      category === 'shoes' && price >= 30 && price <= 80 && attributes.color === 'blue';
    expect(found.totalCount).toBe(demoIds(fits).length);
    expect(found.totalCount).toBeGreaterThan(0);
  });

  test('that contradict the filter leave nothing, and no error', async () => {
    const found = await ask('shoes under 20', {}, { filter: { price: { min: 50 } } });
    expect([found.matchCount, found.nodes]).toEqual([0, []]);
  });

  test('are chosen values of the facets, which leave them out as those of a filter', async () => {
    const { facets, matchCount } = await ask('red shoes', {}, {});
    const color = facets.find(({ name }) => name === 'color');
    expect(color?.buckets.find(({ selected }) => selected)).toEqual({
      value: 'red',
      count: matchCount,
      selected: true,
    });
    expect(color?.buckets.length).toBeGreaterThan(1);
    const without = await ask('shoes not red');
    const other = without.facets.find(({ name }) => name === 'color');
    expect(other?.buckets.some(({ value, selected }) => value === 'red' && !selected)).toBe(true);
  });

  test('that no product satisfies together are words again: "home" in "home office chair" is no category', async () => {
    const { understood, matchCount } = await ask('home office chair');
    expect(understood).toEqual([]);
    expect(matchCount).toBeGreaterThan(0);
  });

  test('hide no product from somebody who types its name', { timeout: 60_000 }, async () => {
    const hidden: string[] = [];
    let understood = 0;
    for (const { id, name } of demoProducts) {
      const found = await ask(name);
      understood += Number(found.understood.length > 0);
      if (!found.nodes.some((node) => node.id === id)) hidden.push(name);
    }
    expect(hidden).toEqual([]);
    expect(understood).toBeGreaterThan(200);
  });

  test('page by page list what one page lists', async () => {
    const pages: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page: Awaited<ReturnType<typeof ask>> = await ask('shoes not red', {}, { first: 5, after });
      pages.push(...page.nodes.map(({ id }) => id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor ?? null;
    }
    expect(pages).toEqual((await ask('shoes not red')).nodes.map(({ id }) => id));
    expect(pages.length).toBeGreaterThan(5);
  });

  test('steer away from words that are no values', async () => {
    const plain = await ask('shoes', {}, { first: 100 });
    const steered = await ask('shoes without laces', {}, { first: 100 });
    expect(steered.understood.at(-1)).toMatchObject({ words: 'without laces', field: 'text', value: 'laces' });
    expect(plain.nodes.map(({ id }) => id)).not.toEqual(steered.nodes.map(({ id }) => id));
  });
});
