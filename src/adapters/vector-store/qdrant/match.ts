import type { StoredProduct } from '../../../product.ts';
import type { Match, MatchQuery, ProductFilter, VectorStore } from '../types.ts';
import { type DistinctList, listDistinct } from './distinct.ts';
import { type CountDeps, type CountSet, countFacets, tallyAll, tallyFacts } from './facets.ts';
import { conditionsOf, matchesNothing } from './filter.ts';
import { createLists, type ListDeps, type Scope } from './lists.ts';
import { describe, type PageTools, pageOf } from './match-page.ts';
import { findMatches, isUncut, type MatchSet } from './match-set.ts';
import type { Facts } from './point.ts';

/** What searching needs. */
export interface MatchDeps extends CountDeps, ListDeps {
  /** Reads the products of a page, and the embeddings of those with several images where `withImages`. */
  read(
    ids: readonly string[],
    signal: AbortSignal | undefined,
    withImages: boolean,
  ): Promise<Map<string, { product: StoredProduct; images: readonly (readonly number[])[] }>>;
  /** Reads what sorting and counting need of products, by id. */
  readFacts(ids: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Facts>>;
}

const NOTHING: MatchSet = { hits: [], andTheRest: false };
const NONE: DistinctList = { places: [], facts: [] };

/** The search of the port, over one collection. */
export function createMatch(deps: MatchDeps): VectorStore['match'] {
  const lists = createLists(deps);

  return async (query, { signal } = {}) => {
    signal?.throwIfAborted();
    const { filter = {}, leaveOut = [], facets } = query;
    const scopeOf = (own: ProductFilter): Scope => ({ conditions: conditionsOf(own, leaveOut), signal });
    const find = async (own: ProductFilter): Promise<MatchSet> =>
      matchesNothing(own) ? NOTHING : findMatches(query, scopeOf(own), lists);
    const countOf = async (own: ProductFilter, without: readonly string[]): Promise<number> =>
      matchesNothing(own) ? 0 : deps.count(conditionsOf(own, without), signal);
    const readFacts = (ids: readonly string[]) => deps.readFacts(ids, signal);
    const found = find(filter);
    const { distinctBy } = query;
    const distinctOf = async (own: ProductFilter): Promise<DistinctList | undefined> => {
      if (distinctBy === undefined) return undefined;
      if (matchesNothing(own)) return NONE;
      const set = await (own === filter ? found : find(own));
      return listDistinct(query, distinctBy, set, { scope: scopeOf(own), lists, readFacts });
    };
    const distinct = distinctOf(filter);
    let facts: ReturnType<typeof readFacts> | undefined;
    /** Of all that match, read once. */
    const factsOf = async () => {
      const { hits } = await found;
      facts ??= readFacts(hits.map(({ id }) => id));
      return facts;
    };
    // A set that is not everything is counted here, by what is read of each product.
    const countSet: CountSet = async (own, subjects, request) => {
      const listed = await (own === filter ? distinct : distinctOf(own));
      if (listed !== undefined) return tallyFacts(listed.facts, request);
      if (isUncut(query) && !matchesNothing(own)) {
        return tallyAll(deps, conditionsOf(own, leaveOut), subjects, request, signal);
      }
      const known = own === filter ? await factsOf() : await readFacts((await find(own)).hits.map(({ id }) => id));
      return tallyFacts([...known.values()], request);
    };
    const pageMatches = async (): Promise<Match[]> => {
      const scope = scopeOf(filter);
      const nearest: PageTools['nearest'] = (embedding, wanted) => lists.nearest(embedding, scope, wanted);
      const listed = await distinct;
      const { offset, limit } = query.window;
      const page = listed
        ? await describe(query, listed.places.slice(offset, offset + limit), { scope, lists })
        : await pageOf(query, await found, { scope, lists, factsOf, nearest });
      return readPage(query, page, signal);
    };
    const [set, listed, matches, totalCount, uncutCount, counted] = await Promise.all([
      found,
      distinct,
      pageMatches(),
      countOf(filter, []),
      isUncut(query) && leaveOut.length > 0 ? countOf(filter, leaveOut) : undefined,
      facets === undefined ? [] : countFacets(facets, filter, countSet),
    ]);
    const undivided = set.andTheRest ? (uncutCount ?? totalCount) : set.hits.length;
    return { matches, matchCount: listed?.places.length ?? undivided, totalCount, facets: counted };
  };

  /** The products of a page; one that was deleted between the two requests is left out. */
  async function readPage(
    { scoring, withImages = true }: MatchQuery,
    page: readonly { id: string; score: number; similarity: number | null }[],
    signal: AbortSignal | undefined,
  ): Promise<Match[]> {
    const embedding = 'embedding' in scoring ? scoring.embedding : undefined;
    const ids = page.map(({ id }) => id);
    const products = await deps.read(ids, signal, withImages && embedding !== undefined);
    return page.flatMap(({ id, score, similarity }) => {
      const read = products.get(id);
      if (read === undefined) return [];
      const image =
        embedding === undefined || similarity === null || !withImages ? 0 : nearestOf(embedding, read.images);
      return [{ product: read.product, score, similarity, image }];
    });
  }
}

/** Which of these vectors is most like the query, from 0; 0 where there are none. */
function nearestOf(query: Float32Array, vectors: readonly (readonly number[])[]): number {
  const similarities = vectors.map((vector) => vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0));
  return Math.max(0, similarities.indexOf(Math.max(...similarities)));
}
