import { completeTies, growingLimits, type TopList } from '../complete-ties.ts';
import type { ProductFilter, Ranking, ScoredId, ScoredProduct, SearchOptions, VectorStore, Window } from '../types.ts';
import { toWords } from '../words.ts';
import type { QdrantApi, Schemas } from './api.ts';
import type { QdrantCall } from './call.ts';
import { matchesNothing, toQdrantFilter } from './filter.ts';
import { IMAGE_VECTOR, LEXICAL_VECTOR, toLexicalInput, toProduct, toProductId } from './point.ts';
import { needsScan, toScore } from './workarounds.ts';

/**
 * How many entries a list is asked for, first, and then as far as a page needs it. They do not depend on the page, so that
 * pages agree; the second shows more than MAX_TIES beyond any place of the first. Deeper than the last no list is read.
 */
const SIZES = [...growingLimits(256, 256 * 5 ** 6)];
const [FIRST_SIZE = 0, SECOND_SIZE = 0] = SIZES;

/** Where the collection is quantized, what was found by 8-bit copies is ranked by the vectors themselves. */
const QUANTIZATION: Schemas['QuantizationSearchParams'] = { rescore: true };

/**
 * The graph search weighs twice as many candidates as it returns. With as many as it returns it misses some at the end
 * of the list, which a deeper page, asked for with more, would find too late.
 */
const byGraph = (limit: number): Schemas['SearchParams'] => ({ hnsw_ef: 2 * limit, quantization: QUANTIZATION });
const byScan: Schemas['SearchParams'] = { exact: true };

type Scored = Exclude<Ranking, { by: 'filter' }>;

/** The request for the best `limit` of a ranking, ids only; undefined when it can find nothing. */
function listRequest(
  ranking: Scored,
  filter: ProductFilter,
  limit: number,
  params = byGraph(limit),
): Schemas['QueryRequest'] | undefined {
  const request: Schemas['QueryRequest'] = { limit, with_payload: ['productId'] };
  const conditions = toQdrantFilter(filter);
  if (conditions !== undefined) request.filter = conditions;
  if (ranking.by === 'vector') {
    return { ...request, query: Array.from(ranking.embedding), using: IMAGE_VECTOR, params };
  }
  const words = toWords(ranking.text);
  return words === '' ? undefined : { ...request, query: toLexicalInput(words), using: LEXICAL_VECTOR };
}

/** An answer as the top of a list. */
function toTopList(points: readonly Schemas['ScoredPoint'][], { by }: Scored, limit: number): TopList<ScoredId> {
  const entries = points.map(({ score, payload }) => ({ id: toProductId(payload), score: toScore(score, by) }));
  return { entries, complete: points.length < limit };
}

/** What searching needs. */
export interface SearchDeps {
  api: QdrantApi;
  call: QdrantCall;
  /** The collection's own name. */
  collection: string;
  /** Reads the products of a page. */
  get: VectorStore['get'];
  count: VectorStore['count'];
}

/** The searches of the port, over one collection. */
export function createQdrantSearch(deps: SearchDeps): Pick<VectorStore, 'search' | 'searchBoth'> {
  const { api, call, collection: collection_name } = deps;

  async function query(request: Schemas['QueryRequest'], { signal }: SearchOptions): Promise<Schemas['ScoredPoint'][]> {
    const send = (either: AbortSignal) => api.queryPoints({ collection_name, ...request }, { signal: either });
    return (await call('search', send, { signal })).points;
  }

  async function fetchTop(
    ranking: Scored,
    limit: number,
    options: SearchOptions,
    params?: Schemas['SearchParams'],
  ): Promise<TopList<ScoredId>> {
    const request = listRequest(ranking, options.filter ?? {}, limit, params);
    return toTopList(request === undefined ? [] : await query(request, options), ranking, limit);
  }

  /** The first `count` of a list. `first` is its answer for the first size, when there is one already. */
  async function rank(
    ranking: Scored,
    count: number,
    options: SearchOptions,
    first?: TopList<ScoredId>,
  ): Promise<ScoredId[]> {
    let scans = false;
    const fetchNext = async (limit: number): Promise<TopList<ScoredId>> => {
      if (!scans) {
        const top = first !== undefined && limit === FIRST_SIZE ? first : await fetchTop(ranking, limit, options);
        const scores = top.entries.map(({ score }) => score);
        scans = ranking.by === 'vector' && (await needsScan(scores, limit, () => deps.count(options)));
        if (!scans) return top;
      }
      return fetchTop(ranking, Math.max(limit, SECOND_SIZE), options, byScan);
    };
    return completeTies(fetchNext, count, SIZES);
  }

  /** Points by their ids, which is the stable order of a list that is ranked by nothing. */
  async function list({ offset, limit }: Window, options: SearchOptions): Promise<ScoredProduct[]> {
    const filter = toQdrantFilter(options.filter ?? {});
    const request: Schemas['QueryRequest'] = { offset, limit, with_payload: true };
    const points = await query(filter === undefined ? request : { ...request, filter }, options);
    return points.map(({ payload }) => {
      const product = toProduct(payload);
      return { id: product.id, score: 0, product };
    });
  }

  return {
    async search(ranking, window, options = {}) {
      options.signal?.throwIfAborted();
      if (window.limit <= 0 || matchesNothing(options.filter ?? {})) return [];
      if (ranking.by === 'filter') return list(window, options);
      const ranked = await rank(ranking, window.offset + window.limit, options);
      const page = ranked.slice(window.offset);
      const products = await deps.get(
        page.map(({ id }) => id),
        options,
      );
      // A product that was deleted between the two requests is left out.
      return page.flatMap(({ id, score }) => {
        const product = products.get(id);
        return product === undefined ? [] : [{ id, score, product }];
      });
    },

    async searchBoth({ embedding, text, vectorLimit, lexicalLimit }, options = {}) {
      options.signal?.throwIfAborted();
      const filter = options.filter ?? {};
      if (matchesNothing(filter)) return { vector: [], lexical: [] };
      const lists = [
        { ranking: { by: 'vector', embedding }, count: vectorLimit },
        { ranking: { by: 'lexical', text }, count: lexicalLimit },
      ] as const;
      const requests = lists.map(({ ranking }) => listRequest(ranking, filter, FIRST_SIZE));
      const searches = requests.filter((request) => request !== undefined);
      const send = (signal: AbortSignal) => api.queryBatchPoints({ collection_name, searches }, { signal });
      const answers = await call('search', send, { signal: options.signal });
      const [vector = [], lexical = []] = await Promise.all(
        lists.map(({ ranking, count }, index) => {
          const points = requests[index] === undefined ? [] : (answers[index]?.points ?? []);
          return rank(ranking, count, options, toTopList(points, ranking, FIRST_SIZE));
        }),
      );
      return { vector, lexical };
    },
  };
}
