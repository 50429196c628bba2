import type { MatchPage, VectorStore, Window } from '../../adapters/vector-store/types.ts';
import type { Embedder } from '../../model/types.ts';
import { diversify } from './diversity.ts';
import { firstImage } from './query-vector.ts';

/**
 * Of so many of the best the order may change for variety. The same for every page, so that they add up; of each the
 * embedding of its first image is read.
 */
const POOL = 100;

/**
 * A window of a list whose beginning is put in an order of more variety, see `diversify`; behind it the list goes on as it
 * was. `list` gives any window of the list as it is; without diversity it is just asked.
 */
export async function listDiversely(
  { store, embedder }: { store: Pick<VectorStore, 'embeddings'>; embedder: Pick<Embedder, 'info'> },
  list: (window: Window) => Promise<MatchPage>,
  { diversity, window, signal }: { diversity: number; window: Window; signal?: AbortSignal | undefined },
): Promise<MatchPage> {
  if (diversity === 0 || window.offset >= POOL) return list(window);
  const end = window.offset + window.limit;
  const { matches, hasMore, ...counted } = await list({ offset: 0, limit: Math.max(end, POOL) });
  const pool = matches.slice(0, POOL);
  const embeddings = await store.embeddings(
    pool.map(({ product }) => product.id),
    { signal },
  );
  const candidates = pool.map(({ product, score }) => {
    const stored = embeddings.get(product.id);
    return { score, embedding: stored && firstImage(stored, embedder.info.dimension) };
  });
  const order = diversify(candidates, diversity, end);
  const listed = [...order.flatMap((place) => pool[place] ?? []), ...matches.slice(POOL)];
  return { ...counted, matches: listed.slice(window.offset, end), hasMore: hasMore || matches.length > end };
}
