import type { StoredProduct } from '../../../product.ts';
import type { Match, MatchQuery, ProductFilter, VectorStore } from '../types.ts';
import { type CountDeps, countFacets, tallyAll, tallyFacts } from './facets.ts';
import { conditionsOf, matchesNothing } from './filter.ts';
import { createLists, type Scope } from './lists.ts';
import { pageOf } from './match-page.ts';
import { findMatches, isUncut, type MatchSet } from './match-set.ts';

/** What searching needs. */
export interface MatchDeps extends CountDeps {
  /** Reads the products of a page, and the embeddings of those with several images where `withImages`. */
  read(
    ids: readonly string[],
    signal: AbortSignal | undefined,
    withImages: boolean,
  ): Promise<Map<string, { product: StoredProduct; images: readonly (readonly number[])[] }>>;
}

const NOTHING: MatchSet = { hits: [], andTheRest: false };

/** The search of the port, over one collection. */
export function createMatch(deps: MatchDeps): VectorStore['match'] {
  const lists = createLists(deps);

  return async (query, { signal } = {}) => {
    signal?.throwIfAborted();
    const { filter = {}, leaveOut = [], sort, facets } = query;
    // A set that is not everything is sorted and counted here, by what its lists say of each product.
    const needsFacts = !isUncut(query) && (facets !== undefined || sort !== 'RELEVANCE');
    const scopeOf = (own: ProductFilter): Scope => ({
      conditions: conditionsOf(own, leaveOut),
      facts: needsFacts ? new Map() : undefined,
      signal,
    });
    const find = async (own: ProductFilter, scope: Scope): Promise<MatchSet> =>
      matchesNothing(own) ? NOTHING : findMatches(query, scope, lists);
    const countOf = async (own: ProductFilter, without: readonly string[]): Promise<number> =>
      matchesNothing(own) ? 0 : deps.count(conditionsOf(own, without), signal);

    const scope = scopeOf(filter);
    const found = find(filter, scope);
    const factsOf = (set: MatchSet, { facts }: Scope) => set.hits.flatMap(({ id }) => facts?.get(id) ?? []);
    const countSet: Parameters<typeof countFacets>[2] = async (own, subjects) => {
      const request = facets ?? { maxBuckets: 0 };
      if (matchesNothing(own)) return tallyFacts([], request);
      if (isUncut(query)) return tallyAll(deps, conditionsOf(own, leaveOut), subjects, request, signal);
      if (own === filter) return tallyFacts(factsOf(await found, scope), request);
      const ownScope = scopeOf(own);
      return tallyFacts(factsOf(await find(own, ownScope), ownScope), request);
    };
    const pageMatches = async (): Promise<Match[]> => {
      const page = await pageOf(query, await found, scope, lists);
      return readPage(query, page, signal);
    };
    const [set, matches, totalCount, uncutCount, counted] = await Promise.all([
      found,
      pageMatches(),
      countOf(filter, []),
      isUncut(query) && leaveOut.length > 0 ? countOf(filter, leaveOut) : undefined,
      facets === undefined ? [] : countFacets(facets, filter, countSet),
    ]);
    const matchCount = set.andTheRest ? (uncutCount ?? totalCount) : set.hits.length;
    return { matches, matchCount, totalCount, facets: counted };
  };

  /** The products of a page; one that was deleted between the two requests is left out. */
  async function readPage(
    { scoring }: MatchQuery,
    page: readonly { id: string; score: number; similarity: number | null }[],
    signal: AbortSignal | undefined,
  ): Promise<Match[]> {
    const embedding = 'embedding' in scoring ? scoring.embedding : undefined;
    const ids = page.map(({ id }) => id);
    const products = await deps.read(ids, signal, embedding !== undefined);
    return page.flatMap(({ id, score, similarity }) => {
      const read = products.get(id);
      if (read === undefined) return [];
      const image = embedding === undefined || similarity === null ? 0 : nearestOf(embedding, read.images);
      return [{ product: read.product, score, similarity, image }];
    });
  }
}

/** Which of these vectors is most like the query, from 0; 0 where there are none. */
function nearestOf(query: Float32Array, vectors: readonly (readonly number[])[]): number {
  const similarities = vectors.map((vector) => vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0));
  return Math.max(0, similarities.indexOf(Math.max(...similarities)));
}
