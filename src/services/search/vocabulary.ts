import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { VectorStore, Vocabulary } from '../../adapters/vector-store/types.ts';
import { abortable } from '../../async/abortable.ts';
import { withTimeout } from '../../async/timing.ts';
import type { Logger } from '../../logger.ts';

/** Between two looks at the epoch, and between two readings, at least this long; … */
const PAUSE_MS = 1_000;
/** … and ten times as long as the last reading took, so that a tenth of a reader is what it costs, up to this. */
const PAUSE_SHARE = 10;
const MAX_PAUSE_MS = 5_000;
/** Without a shared epoch nobody hears of the writes of others: what is in use is never older than this. */
const MAX_AGE_MS = 10_000;
/** For the name of the first lexicon nobody waits longer. */
const FIRST_WAIT_MS = 1_000;

/** The catalogue's own words and values, at one moment. It never changes; a later one is another object. */
export interface Lexicon extends Readonly<Vocabulary> {
  /** How many products have a word of each stem. */
  readonly stems: ReadonlyMap<string, number>;
}

export interface VocabularyService {
  /**
   * What the products' words are: of this moment the first time, and a second or so old afterwards, since it is read anew
   * in the background and nobody waits for that. Rejects with AppError VECTOR_STORE_UNAVAILABLE where it was never read.
   */
  current(options?: { signal?: AbortSignal | undefined }): Promise<Lexicon>;
  /**
   * Names the lexicon that answers are made with now, the same on all replicas: what is cached must not outlive it. It counts
   * as use, so that answers from the cache do not keep an old one alive. Never rejects.
   */
  version(): Promise<string>;
}

/** Keeps the vocabulary of the store in memory: for 30,000 words some 5 MB, at most 100,000 of them. */
export function createVocabularyService(deps: {
  store: Pick<VectorStore, 'vocabulary'>;
  epoch: Pick<IndexEpoch, 'current'>;
  logger: Logger;
  now?: () => number;
}): VocabularyService {
  const { store, epoch, logger, now = () => performance.now() } = deps;
  let loaded: { lexicon: Lexicon; epoch: string | undefined; at: number } | undefined;
  let first: Promise<Lexicon> | undefined;
  let isRefreshing = false;
  let nextLook = 0;

  const load = async (): Promise<Lexicon> => {
    const started = now();
    // The epoch first: what is written meanwhile makes this lexicon an old one.
    const written = await epoch.current();
    const vocabulary = await store.vocabulary();
    const stems = new Map(vocabulary.words.map(({ stem, count }) => [stem, count]));
    const lexicon = { ...vocabulary, stems };
    loaded = { lexicon, epoch: written, at: now() };
    nextLook = loaded.at + Math.min(MAX_PAUSE_MS, Math.max(PAUSE_MS, PAUSE_SHARE * (loaded.at - started)));
    return lexicon;
  };
  const refresh = async (): Promise<void> => {
    const isOld = loaded === undefined || now() - loaded.at >= MAX_AGE_MS;
    if (isOld || (await epoch.current()) !== loaded?.epoch) await load();
  };
  const refreshInBackground = (): void => {
    if (isRefreshing || loaded === undefined || now() < nextLook) return;
    isRefreshing = true;
    nextLook = now() + PAUSE_MS;
    refresh()
      .catch((error: unknown) => logger.debug({ err: error }, 'The vocabulary could not be read anew.'))
      .finally(() => {
        isRefreshing = false;
      });
  };

  const current: VocabularyService['current'] = async ({ signal } = {}) => {
    refreshInBackground();
    if (loaded !== undefined) return loaded.lexicon;
    first ??= load().finally(() => {
      first = undefined;
    });
    const loading = first;
    return abortable(() => loading, signal);
  };
  return {
    current,
    async version() {
      // A store that does not answer must not keep those waiting who ask for something else.
      if (loaded === undefined) await withTimeout(current, FIRST_WAIT_MS).catch(() => undefined);
      refreshInBackground();
      return loaded?.epoch ?? 'none';
    },
  };
}
