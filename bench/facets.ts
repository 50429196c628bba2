import type { MatchQuery, VectorStore } from '../src/adapters/vector-store/types.ts';

/** What facets cost on their own: milliseconds, the medians of pairs of one search with all facets and without. */
export interface FacetCost {
  /** Products that match. */
  matches: number;
  withoutMs: number;
  withMs: number;
  /** The median of the differences. */
  costMs: number;
}

const PAIRS = 60;

/** Words of `createBenchCatalogue` that match about 1/120, 1/48 and 1/10 of it. */
export const FACET_QUESTIONS = ['red leather', 'red winter', 'leather'] as const;

/** Measures the facets of a search for words: all of them, over all that matches. */
export async function measureFacets(store: VectorStore, text: string): Promise<FacetCost> {
  const query: MatchQuery = {
    scoring: { by: 'lexical', text },
    minRelevance: 0.5,
    sort: 'RELEVANCE',
    window: { offset: 0, limit: 10 },
  };
  const faceted: MatchQuery = { ...query, facets: { maxBuckets: 20 } };
  const timed = async (asked: MatchQuery): Promise<number> => {
    const started = performance.now();
    await store.match(asked);
    return performance.now() - started;
  };
  const { matchCount: matches } = await store.match(faceted);
  const pairs: { without: number; with: number }[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) pairs.push({ without: await timed(query), with: await timed(faceted) });
  return {
    matches: matches ?? 0,
    withoutMs: median(pairs.map((pair) => pair.without)),
    withMs: median(pairs.map((pair) => pair.with)),
    costMs: median(pairs.map((pair) => pair.with - pair.without)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/** One line that says it. */
export function describeFacets({ matches, withoutMs, withMs, costMs }: FacetCost): string {
  const [cost, withThem, alone] = [costMs, withMs, withoutMs].map((time) => time.toFixed(1));
  return `${cost} ms over ${matches.toLocaleString('en')} matches (the search with them ${withThem} ms, without ${alone} ms)`;
}
