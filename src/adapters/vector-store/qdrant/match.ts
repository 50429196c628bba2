import type { Match, MatchPage, MatchQuery, ProductFilter, VectorStore } from '../types.ts';
import { listDistinct } from './distinct.ts';
import { type CountDeps, type CountSet, countFacets, NOTHING, tally } from './facets.ts';
import { conditionsOf, isOneOf, matchesNothing } from './filter.ts';
import { createLists, type ListDeps, type Scope } from './lists.ts';
import { type Place, pageOf, type ShownPlace, windowOf } from './match-page.ts';
import { findMatches, isUncut, type MatchSet } from './match-set.ts';
import { type Facts, imageCountOf, toProduct } from './point.ts';

/** What searching needs. All is by point. */
export interface MatchDeps extends CountDeps, ListDeps {
  /** All that the products of points are made of. */
  readPayloads(pointIds: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, unknown>>;
  /** The embeddings of the products' images. */
  readImages(pointIds: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, number[][]>>;
  /** The ids of products. */
  productIds(pointIds: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>>;
  /** What collapsing variants needs of products. */
  readFacts(pointIds: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Facts>>;
}

const NO_HITS: MatchSet = { hits: [], andTheRest: false };

/** The search of the port, over one collection. */
export function createMatch(deps: MatchDeps): VectorStore['match'] {
  const lists = createLists(deps);

  return async (query, { signal } = {}) => {
    signal?.throwIfAborted();
    const { filter = {}, leaveOut = [], facets, distinctBy, withCounts = true } = query;
    const scopeOf = (own: ProductFilter): Scope => ({ conditions: conditionsOf(own, leaveOut), signal });
    const find = async (own: ProductFilter): Promise<MatchSet> =>
      matchesNothing(own) ? NO_HITS : findMatches(query, scopeOf(own), lists);
    const countOf = async (own: ProductFilter, without: readonly string[]): Promise<number> =>
      matchesNothing(own) ? 0 : deps.count(conditionsOf(own, without), signal);
    const found = find(filter);
    const distinctOf = async (own: ProductFilter): Promise<Place[] | undefined> => {
      if (distinctBy === undefined) return undefined;
      if (matchesNothing(own)) return [];
      const set = await (own === filter ? found : find(own));
      const readFacts = (pointIds: readonly string[]) => deps.readFacts(pointIds, signal);
      return listDistinct(query, distinctBy, set, { scope: scopeOf(own), lists, readFacts });
    };
    const distinct = distinctOf(filter);
    const countSet: CountSet = async (own, subjects, request) => {
      const listed = await (own === filter ? distinct : distinctOf(own));
      if (listed === undefined && isUncut(query)) {
        return matchesNothing(own) ? NOTHING : tally(deps, conditionsOf(own, leaveOut), subjects, request, signal);
      }
      const ids = (listed ?? (await (own === filter ? found : find(own))).hits).map(({ id }) => id);
      if (ids.length === 0) return NOTHING;
      return tally(deps, { must: [isOneOf(ids)], must_not: [] }, subjects, request, signal);
    };
    const readListed = async (): Promise<Pick<MatchPage, 'matches' | 'hasMore'>> => {
      const tools = { scope: scopeOf(filter), lists };
      const listed = await distinct;
      const { places, hasMore } = listed
        ? await windowOf(query, listed, tools)
        : await pageOf(query, await found, { ...tools, productIds: (points) => deps.productIds(points, signal) });
      return { matches: await readPage(query, places, signal), hasMore };
    };
    const countMatches = async (): Promise<number> => {
      const listed = await distinct;
      if (listed !== undefined) return listed.length;
      return isUncut(query) ? countOf(filter, leaveOut) : (await found).hits.length;
    };
    const count = async (): Promise<Pick<MatchPage, 'matchCount' | 'totalCount'>> => {
      if (!withCounts) return { matchCount: null, totalCount: null };
      const total = countOf(filter, []);
      const isTheSame = isUncut(query) && leaveOut.length === 0 && distinctBy === undefined;
      const [totalCount, matchCount] = await Promise.all([total, isTheSame ? total : countMatches()]);
      return { matchCount, totalCount };
    };
    const [page, counts, counted] = await Promise.all([
      readListed(),
      count(),
      facets === undefined ? [] : countFacets(facets, filter, countSet),
    ]);
    return { ...page, ...counts, facets: counted };
  };

  /** The products of a page; one that was deleted between the two requests is left out. */
  async function readPage(
    { scoring, withImages = true }: MatchQuery,
    page: readonly ShownPlace[],
    signal: AbortSignal | undefined,
  ): Promise<Match[]> {
    const embedding = withImages && 'embedding' in scoring ? scoring.embedding : undefined;
    const payloads = new Map<string, unknown>(
      page.flatMap(({ id, payload }) => (payload === undefined ? [] : [[id, payload] as const])),
    );
    const missing = page.flatMap(({ id }) => (payloads.has(id) ? [] : [id]));
    for (const [id, payload] of await deps.readPayloads(missing, signal)) payloads.set(id, payload);
    const several = embedding === undefined ? [] : [...payloads].filter(([, payload]) => imageCountOf(payload) > 1);
    const images = await deps.readImages(
      several.map(([id]) => id),
      signal,
    );
    return page.flatMap(({ id, hit: { score, similarity } }) => {
      const payload = payloads.get(id);
      if (payload === undefined) return [];
      const image = embedding === undefined || similarity === null ? 0 : nearestOf(embedding, images.get(id) ?? []);
      return [{ product: toProduct(payload), score, similarity, image }];
    });
  }
}

/** Which of these vectors is most like the query, from 0; 0 where there are none. */
function nearestOf(query: Float32Array, vectors: readonly (readonly number[])[]): number {
  const similarities = vectors.map((vector) => vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0));
  return Math.max(0, similarities.indexOf(Math.max(...similarities)));
}
