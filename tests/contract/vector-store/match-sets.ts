import { describe, expect, test } from 'vitest';
import type {
  IndexedProduct,
  Match,
  MatchPage,
  MatchQuery,
  ProductFilter,
  Scoring,
  VectorStore,
} from '../../../src/adapters/vector-store/types.ts';
import { DIMENSION, makeItem, normalise, randomNumbers, unitVector } from './fixtures.ts';
import { expectedFacets, expectedMatches } from './match-oracle.ts';
import type { SuiteContext } from './suite-context.ts';

const WORDS = 'red blue warm light lamp shirt dress cotton wool classic'.split(' ');
const CATALOGUES = 3;
const QUERIES = 40;

type Random = () => number;
const below = (random: Random, limit: number) => Math.floor(random() * limit);
const pick = <Item>(random: Random, list: readonly Item[]): Item => {
  const item = list[below(random, list.length)];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
};

/** A catalogue of any content, the same for the same seed: ties in prices, ages, words and images included. */
function randomCatalogue(seed: number): IndexedProduct[] {
  const random = randomNumbers(seed);
  const size = pick(random, [3, 60, 350]);
  return Array.from({ length: size }, (_, index) => {
    const attributes = [{ name: 'color', value: pick(random, ['red', 'blue', 'green']) }];
    if (random() < 0.6) attributes.push({ name: 'size', value: String(below(random, 30)) });
    if (random() < 0.2) attributes.push({ name: 'color', value: 'violet' });
    const images = random() < 0.2 ? 3 : 1;
    const embedding = new Float32Array(images * DIMENSION);
    for (let image = 0; image < images; image += 1) {
      embedding.set(unitVector(random() < 0.2 ? 1 : seed * 10_000 + index * 4 + image), image * DIMENSION);
    }
    return makeItem(
      {
        id: `p${(index * 7) % size}-${index}`,
        name: Array.from({ length: 1 + below(random, 4) }, () => pick(random, WORDS)).join(' '),
        description: Array.from({ length: below(random, 5) }, () => pick(random, WORDS)).join(' '),
        category: pick(random, ['lamps', 'shirts', 'hats']),
        price: pick(random, [0, 5, 9.9, 10, 20, 49.99, 100, below(random, 500)]),
        inStock: random() < 0.8,
        indexedAt: new Date(1_700_000_000_000 + 1_000 * below(random, 50)).toISOString(),
        attributes,
      },
      embedding,
    );
  });
}

function randomFilter(random: Random): ProductFilter {
  const filter: ProductFilter = {};
  if (random() < 0.3) filter.categories = [pick(random, ['lamps', 'shirts']), pick(random, ['hats', 'planes'])];
  if (random() < 0.3) filter.price = { min: pick(random, [0, 5, 10]), max: pick(random, [20, 100, 400]) };
  if (random() < 0.2) filter.inStock = random() < 0.5;
  if (random() < 0.3) filter.attributes = [{ name: 'color', anyOf: [pick(random, ['red', 'blue', 'mauve'])] }];
  if (random() < 0.2) {
    filter.without = { attributes: [{ name: pick(random, ['color', 'size']), anyOf: [pick(random, ['red', '3'])] }] };
    if (random() < 0.5) filter.without.categories = [pick(random, ['lamps', 'planes'])];
  }
  return filter;
}

function randomQuery(random: Random, items: readonly IndexedProduct[]): MatchQuery {
  const text = Array.from({ length: 1 + below(random, 3) }, () => pick(random, [...WORDS, 'zeppelin'])).join(' ');
  const embedding = random() < 0.2 ? unitVector(1) : unitVector(below(random, 1_000));
  const exclude = random() < 0.3 ? pick(random, ['red', 'the warm lamp', 'zeppelin', 'with', '?!']) : undefined;
  const scoring = pick<Scoring>(random, [
    { by: 'vector', embedding },
    { by: 'lexical', text, exclude },
    { by: 'hybrid', embedding, text, exclude, semanticRatio: pick(random, [0, 0.4, 1]) },
    { by: 'hybrid', embedding, text, exclude, semanticRatio: 0.4 },
    { by: 'filter' },
  ]);
  const distinctBy =
    random() < 0.4
      ? { attribute: pick(random, ['color', 'size', 'size', 'weight']), max: pick(random, [1, 1, 2, 5]) }
      : undefined;
  const hasVector = scoring.by === 'vector' || scoring.by === 'hybrid';
  return {
    scoring,
    filter: randomFilter(random),
    leaveOut: random() < 0.2 ? [pick(random, items).product.id, 'nobody'] : undefined,
    minSimilarity: hasVector && random() < 0.3 ? pick(random, [0.2, 0.5]) : undefined,
    minRelevance: pick(random, [0, 0.5, 0.8]),
    sort: pick(random, ['RELEVANCE', 'RELEVANCE', 'PRICE_ASC', 'PRICE_DESC', 'NEWEST'] as const),
    // Where variants collapse every page takes a look at the whole list: not too many of them.
    window: { offset: 0, limit: pick(random, distinctBy ? [7, 50] : [1, 7, 50]) },
    distinctBy,
    facets: { names: random() < 0.3 ? ['size', 'price'] : undefined, maxBuckets: pick(random, [2, 5, 20]) },
  };
}

/** All pages of a search, each as long as the first one is to be, and the first page itself. */
async function allPages(store: VectorStore, query: MatchQuery): Promise<{ first: MatchPage; matches: Match[] }> {
  const first = await store.match(query);
  const matches = [...first.matches];
  const followed = [{ end: matches.length, hasMore: first.hasMore }];
  for (let page = first; page.matches.length === query.window.limit; ) {
    page = await store.match({ ...query, window: { ...query.window, offset: matches.length }, facets: undefined });
    expect([page.matchCount, page.totalCount]).toEqual([first.matchCount, first.totalCount]);
    matches.push(...page.matches);
    followed.push({ end: matches.length, hasMore: page.hasMore });
  }
  for (const { end, hasMore } of followed) expect(hasMore, `behind ${end}`).toBe(end < matches.length);
  return { first, matches };
}

/** What the store gives to each product by a text's words, under no filter. */
async function lexicalScores(store: VectorStore, scoring: Scoring): Promise<Map<string, number>> {
  if (!('text' in scoring)) return new Map();
  const { matches } = await store.match({
    scoring: { by: 'lexical', text: scoring.text },
    minRelevance: 0,
    sort: 'RELEVANCE',
    window: { offset: 0, limit: 1_000 },
  });
  return new Map(matches.map(({ product, score }) => [product.id, score]));
}

export function describeMatchSets(context: SuiteContext): void {
  describe('what matches is one set: counted, faceted, sorted and paged', () => {
    test.each(Array.from({ length: CATALOGUES }, (_, seed) => seed))(
      'as brute force over catalogue %d says, for any filter, scoring, cut, order and page size',
      { timeout: 120_000 },
      async (seed) => {
        const items = randomCatalogue(seed + 1);
        const store = await context.openWith(items);
        const random = randomNumbers(900 + seed);
        for (let round = 0; round < QUERIES; round += 1) {
          const query = randomQuery(random, items);
          const scores = await lexicalScores(store, query.scoring);
          const expected = expectedMatches(items, query, query.filter, scores);
          const { first, matches } = await allPages(store, query);
          const shown = JSON.stringify({ round, ...query, scoring: query.scoring.by });
          expect(first.matchCount, shown).toBe(expected.length);
          expect(new Set(matches.map(({ product }) => product.id)), shown).toEqual(
            new Set(expected.map(({ id }) => id)),
          );
          expect(
            matches.map(({ product }) => product.id),
            shown,
          ).toEqual(expected.map(({ id }) => id));
          for (const [place, match] of matches.entries()) {
            expect(match.score, shown).toBeCloseTo(expected[place]?.score ?? Number.NaN, 3);
            const similarity = expected[place]?.similarity ?? null;
            if (similarity === null) expect(match.similarity, shown).toBeNull();
            else expect(match.similarity, shown).toBeCloseTo(similarity, 3);
          }
          for (const offset of [0, Math.floor(matches.length / 2)]) {
            const window = { offset, limit: query.window.limit };
            const uncounted = await store.match({ ...query, window, facets: undefined, withCounts: false });
            expect([uncounted.matchCount, uncounted.totalCount]).toEqual([null, null]);
            expect(uncounted.matches, shown).toEqual(matches.slice(offset, offset + window.limit));
            expect(uncounted.hasMore, shown).toBe(offset + window.limit < matches.length);
          }
          if (query.facets) {
            const idsFor = (filter: ProductFilter) => expectedMatches(items, query, filter, scores).map(({ id }) => id);
            expect(first.facets, shown).toEqual(expectedFacets(items, query.facets, query.filter ?? {}, idsFor));
          }
        }
      },
    );

    test('where hundreds of variants of one model come first, what follows them is found, counted and paged', {
      timeout: 120_000,
    }, async () => {
      const near = unitVector(1);
      const items = Array.from({ length: 620 }, (_, index) => {
        const isVariant = index < 600;
        const away = unitVector(2 + index);
        // The variants lie around the query, everything else anywhere; all that is anywhere is of one of eight models.
        const embedding = normalise(near.map((value, at) => (isVariant ? 3 * value : 0) + (away[at] ?? 0)));
        const attributes = [{ name: 'model', value: isVariant ? 'a' : `m${index % 8}` }];
        return makeItem({ id: `p${index}`, name: `lamp ${index}`, price: (index * 13) % 50, attributes }, embedding);
      });
      const store = await context.openWith(items);
      const scorings: Scoring[] = [
        { by: 'vector', embedding: near },
        { by: 'hybrid', embedding: near, text: 'lamp 617 zeppelin', semanticRatio: 0.4 },
        { by: 'filter' },
      ];
      for (const scoring of scorings) {
        for (const [sort, max] of [['RELEVANCE', 1] as const, ['RELEVANCE', 3] as const, ['PRICE_DESC', 1] as const]) {
          const distinctBy = { attribute: 'model', max };
          const facets = { names: ['model'], maxBuckets: 20 };
          const query: MatchQuery = {
            scoring,
            minRelevance: 0,
            sort,
            distinctBy,
            window: { offset: 0, limit: 4 },
            facets,
          };
          const expected = expectedMatches(items, query, {}, await lexicalScores(store, scoring));
          const { first, matches } = await allPages(store, query);
          const shown = JSON.stringify([scoring.by, sort, max]);
          expect(
            matches.map(({ product }) => product.id),
            shown,
          ).toEqual(expected.map(({ id }) => id));
          expect(first.matchCount, shown).toBe(expected.length);
          expect(expected.length).toBeLessThanOrEqual(9 * max);
          const counted = first.facets.flatMap(({ buckets }) => buckets.map(({ count }) => count));
          expect(counted.reduce((sum, count) => sum + count, 0)).toBe(expected.length);
        }
      }
    });
  });
}
