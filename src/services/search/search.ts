import { randomUUID } from 'node:crypto';
import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { ImageSource } from '../../adapters/image-source/types.ts';
import type { FacetRequest, Scoring, VectorStore, Window } from '../../adapters/vector-store/types.ts';
import { createSingleFlight } from '../../async/single-flight.ts';
import { timed } from '../../async/timing.ts';
import type { Embedder } from '../../model/types.ts';
import { decodeCursor, encodeCursor, fingerprint, MAX_WINDOW } from './cursor.ts';
import { checkFacetCost } from './facet-cost.ts';
import { embedQuery } from './query-vector.ts';
import type { SearchRequest } from './search-request.ts';
import type { FacetedCallOptions, SearchCallOptions, SearchResult, SearchService } from './types.ts';

interface Dependencies {
  embedder: Embedder;
  imageSource: ImageSource;
  store: Pick<VectorStore, 'match'>;
  epoch: IndexEpoch;
}

/** Everything that decides which products a search lists, and in which order. */
type Query = Omit<SearchRequest, 'first' | 'after'>;

const NO_PRODUCTS: Window = { offset: 0, limit: 0 };

/**
 * Finds the products that match a text, an image or both; without either, those of the filter. Equal searches at one time
 * share one computation, unless a write lies between them.
 */
export function createSearchService(deps: Dependencies): SearchService {
  const flights = createSingleFlight<SearchResult>();

  async function search(
    query: Query,
    queryId: string,
    window: Window,
    { signal, caller, facets = new Map() }: FacetedCallOptions,
  ): Promise<SearchResult> {
    const started = performance.now();
    const { scoring, fetchMs, embedMs } = await toScoring(deps, query, { signal, caller });
    const { filter, minSimilarity, minRelevance, sort } = query;
    const match = (part: Window, counted: FacetRequest | undefined) =>
      deps.store.match(
        { scoring, filter, minSimilarity, minRelevance, sort, window: part, facets: counted },
        { signal },
      );
    // The first list of facets comes with the page; whoever wants them in two ways has the rest counted by itself.
    const [first, ...others] = facets.values();
    const { value: pages, ms } = await timed(() =>
      Promise.all([match(window, first), ...others.map((counted) => match(NO_PRODUCTS, counted))]),
    );
    const [{ matches, matchCount, totalCount }] = pages;
    return {
      hits: matches.map(({ product, score, similarity }, rank) => ({
        product,
        score,
        similarity,
        cursor: encodeCursor(window.offset + rank + 1, queryId),
      })),
      matchCount,
      totalCount,
      hasNextPage: window.offset + window.limit < Math.min(matchCount, MAX_WINDOW),
      hasPreviousPage: window.offset > 0,
      facets: new Map([...facets.keys()].map((name, place) => [name, pages[place]?.facets ?? []])),
      timing: { fetch: fetchMs, embed: embedMs, search: ms, total: performance.now() - started },
    };
  }

  return {
    async search({ first, after, ...query }, options = {}) {
      checkFacetCost(query.filter, options.facets?.values() ?? []);
      const queryId = fingerprint(query);
      const offset = after === undefined ? 0 : decodeCursor(after, queryId);
      const window = { offset, limit: Math.min(first, MAX_WINDOW - offset) };
      const epoch = (await deps.epoch.current()) ?? randomUUID();
      return flights.run(
        JSON.stringify([epoch, queryId, window, [...(options.facets ?? [])]]),
        (signal) => search(query, queryId, window, { ...options, signal }),
        options.signal,
      );
    },
  };
}

/** What the store is to rank by, and the milliseconds that the embedding took. */
async function toScoring(
  deps: Dependencies,
  { query }: Query,
  options: SearchCallOptions,
): Promise<{ scoring: Scoring; fetchMs: number; embedMs: number }> {
  if (query === undefined) return { scoring: { by: 'filter' }, fetchMs: 0, embedMs: 0 };
  const { text, exclude, mode, semanticRatio } = query;
  if (mode === 'LEXICAL') return { scoring: { by: 'lexical', text: text ?? '', exclude }, fetchMs: 0, embedMs: 0 };
  const { embedding, ...spent } = await embedQuery(deps, query, options);
  if (mode === 'VECTOR' || text === undefined) return { scoring: { by: 'vector', embedding }, ...spent };
  return { scoring: { by: 'hybrid', embedding, text, exclude, semanticRatio }, ...spent };
}
