import { randomUUID } from 'node:crypto';
import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { ImageSource } from '../../adapters/image-source/types.ts';
import type { FacetRequest, Scoring, VectorStore, Window } from '../../adapters/vector-store/types.ts';
import { createSingleFlight } from '../../async/single-flight.ts';
import { timed } from '../../async/timing.ts';
import type { Embedder } from '../../model/types.ts';
import { imageUrlsOf } from '../../product.ts';
import { decodeCursor, encodeCursor, fingerprint, MAX_WINDOW } from './cursor.ts';
import { listDiversely } from './diverse-list.ts';
import { checkFacetCost } from './facet-cost.ts';
import { type EmbedDeps, embedQuery } from './query-vector.ts';
import { type SearchRequest, searchRequestSchema } from './search-request.ts';
import type { Spelling } from './spelling.ts';
import type { DetailedCallOptions, SearchCallOptions, SearchHit, SearchResult, SearchService } from './types.ts';
import type { ConditionedRequest as Query, Understanding } from './understand/understanding.ts';

interface Dependencies {
  embedder: Embedder;
  imageSource: ImageSource;
  store: Pick<VectorStore, 'match' | 'embeddings'>;
  epoch: IndexEpoch;
  spelling: Spelling;
  understanding: Understanding;
}

/** Where the embeddings of stored products come from; the store, when nobody has read them yet. */
interface StoredEmbeddings {
  stored?: Pick<VectorStore, 'embeddings'> | undefined;
}

/** Searches for similar products that one request has running at a time: others want to be answered too. */
const SIMILAR_AT_ONCE = 4;

const NO_PRODUCTS: Window = { offset: 0, limit: 0 };

/**
 * Finds the products that match a text, an image, a product, or a text and one of these; without any, those of the filter.
 * Equal searches at one time share one computation, unless a write lies between them.
 */
export function createSearchService(deps: Dependencies): SearchService {
  const flights = createSingleFlight<SearchResult>();

  async function search(
    given: Query,
    queryId: string,
    window: Window,
    {
      signal,
      caller,
      facets = new Map(),
      matchedImages = true,
      counts = true,
      stored = deps.store,
    }: DetailedCallOptions & StoredEmbeddings,
  ): Promise<SearchResult> {
    const started = performance.now();
    const { request: query, understood } = await deps.understanding.apply(given, { signal });
    checkFacetCost(query.filter, facets.values());
    const { scoring, correctedText, fetchMs, embedMs } = await toScoring({ ...deps, store: stored }, query, {
      signal,
      caller,
    });
    const { filter, minSimilarity, minRelevance, sort, distinctBy, diversity = 0 } = query;
    const leaveOut = query.query?.productId === undefined ? undefined : [query.query.productId];
    const match = (part: Window, counted: FacetRequest | undefined, withCounts: boolean) =>
      deps.store.match(
        {
          scoring,
          filter,
          leaveOut,
          minSimilarity,
          minRelevance,
          sort,
          distinctBy,
          window: part,
          facets: counted,
          withImages: matchedImages,
          withCounts,
        },
        { signal },
      );
    // The first list of facets comes with the page; whoever wants them in two ways has the rest counted by itself.
    const [first, ...others] = facets.values();
    const { value: pages, ms } = await timed(() =>
      Promise.all([
        listDiversely(deps, (part) => match(part, first, counts), { diversity, window, signal }),
        ...others.map((counted) => match(NO_PRODUCTS, counted, false)),
      ]),
    );
    const [{ matches, hasMore, matchCount, totalCount }] = pages;
    return {
      hits: matches.map(({ product, score, similarity, image }, rank) => ({
        product,
        score,
        similarity,
        matchedImageUrl: !matchedImages || similarity === null ? null : (imageUrlsOf(product)[image] ?? null),
        cursor: encodeCursor(window.offset + rank + 1, queryId),
      })),
      correctedText,
      matchCount,
      totalCount,
      hasNextPage: hasMore && window.offset + window.limit < MAX_WINDOW,
      hasPreviousPage: window.offset > 0,
      understood,
      facets: new Map([...facets.keys()].map((name, place) => [name, pages[place]?.facets ?? []])),
      timing: { fetch: fetchMs, embed: embedMs, search: ms, total: performance.now() - started },
    };
  }

  /** One page; equal ones at one time are computed once. */
  async function findPage(
    { first, after, ...query }: SearchRequest,
    options: DetailedCallOptions & StoredEmbeddings,
  ): Promise<SearchResult> {
    const queryId = fingerprint(query);
    const offset = after === undefined ? 0 : decodeCursor(after, queryId);
    const window = { offset, limit: Math.min(first, MAX_WINDOW - offset) };
    const epoch = (await deps.epoch.current()) ?? randomUUID();
    const { facets = [], matchedImages = true, counts = true } = options;
    return flights.run(
      JSON.stringify([epoch, queryId, window, [...facets], matchedImages, counts]),
      (signal) => search(query, queryId, window, { ...options, signal }),
      options.signal,
    );
  }

  return {
    search: (request, options = {}) => findPage(request, options),

    async similar(asked, options = {}) {
      const embeddings = await deps.store.embeddings([...new Set(asked.map(({ id }) => id))], options);
      const stored = { embeddings: async () => embeddings };
      const lists: SearchHit[][] = [];
      for (let start = 0; start < asked.length; start += SIMILAR_AT_ONCE) {
        const some = asked.slice(start, start + SIMILAR_AT_ONCE).map(async ({ id, first }) => {
          // It was deleted while its page was made.
          if (!embeddings.has(id)) return [];
          const request = searchRequestSchema.parse({ query: { productId: id }, first });
          return (await findPage(request, { ...options, stored, counts: false })).hits;
        });
        lists.push(...(await Promise.all(some)));
      }
      return lists;
    },
  };
}

/** What the store is to rank by, and the milliseconds that the embedding took. */
async function toScoring(
  deps: EmbedDeps & Pick<Dependencies, 'spelling'>,
  { query }: Query,
  options: SearchCallOptions,
): Promise<{ scoring: Scoring; correctedText: string | null; fetchMs: number; embedMs: number }> {
  const nothing = { correctedText: null, fetchMs: 0, embedMs: 0 };
  if (query === undefined) return { scoring: { by: 'filter' }, ...nothing };
  const { text, exclude, mode, semanticRatio, mend } = query;
  const mending = text !== undefined && mend && mode !== 'VECTOR' ? deps.spelling.mend(text, options) : null;
  if (mode === 'LEXICAL') {
    const correctedText = await mending;
    return { ...nothing, scoring: { by: 'lexical', text: correctedText ?? text ?? '', exclude }, correctedText };
  }
  // What is embedded stays as it was typed: the model reads misspelled words in its own way.
  const [correctedText, { embedding, ...spent }] = await Promise.all([mending, embedQuery(deps, query, options)]);
  if (mode === 'VECTOR' || text === undefined) return { scoring: { by: 'vector', embedding }, correctedText, ...spent };
  return {
    scoring: { by: 'hybrid', embedding, text: correctedText ?? text, exclude, semanticRatio },
    correctedText,
    ...spent,
  };
}
