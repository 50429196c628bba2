import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openThread, type Thread } from '../../../async/thread.ts';
import { createWorkQueue } from '../../../async/work-queue.ts';
import { AppError, StartupError, vectorStoreUnavailable } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import { COMMAND } from '../../../package-root.ts';
import type { StoredProduct } from '../../../product.ts';
import { collectionName, safeName } from '../collection-name.ts';
import type { CollectionIdentity, IndexedProduct, VectorStore } from '../types.ts';
import { unpackVocabulary } from '../vocabulary.ts';
import { lockStore } from './lock.ts';
import type { ReaderApi, ReaderStart } from './reader.ts';
import { readerThreadUrl } from './reader-thread.ts';
import type { Publication } from './snapshot.ts';
import { openingError, unavailable } from './sqlite-errors.ts';
import { MAX_READERS } from './vector-memory.ts';
import { type WriterApi, type WriterStart, writerThreadUrl } from './writer-thread.ts';

/** Questions that a reader has at one time: the next one is there when it has answered one. */
const PER_READER = 2;
/** Questions that may wait for a reader. */
const MAX_WAITING = 10_000;

export interface SqliteStoreOptions {
  /** The store lies under `<dataDir>/store`. */
  dataDir: string;
  identity: CollectionIdentity;
  logger: Logger;
  /** Threads that answer searches. Default: as many as there are cores. */
  readers?: number | undefined;
}

/**
 * Opens the embedded store: SQLite, in process, on disk. It is exact, and what it acknowledged is on the disk. One thread
 * writes, the others search; this one only waits. Throws StartupError when the collection holds another model's vectors
 * or another language's words, is damaged, or cannot be created, and StoreLockedError when another process has it open.
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<VectorStore> {
  const { dataDir, identity, logger, readers: readerCount = availableParallelism() } = options;
  const folder = join(dataDir, 'store', safeName(identity.name));
  await makeFolder(folder);
  tellOfZvec(dataDir, logger);
  // Closed in reverse, also when the start fails half way.
  await using opened = new AsyncDisposableStack();
  const keep = <Part extends { close(): void | Promise<void> }>(part: Part): Part =>
    opened.adopt(part, async (kept) => kept.close());

  try {
    keep(lockStore(folder));
    const writer = keep(await openThread<WriterApi>(writerThreadUrl, { folder, identity } satisfies WriterStart));
    const { stored, warning } = await writer.call('load', null);
    if (warning !== null) logger.warn(warning);
    const start = (reader: number): ReaderStart => ({
      folder,
      dimension: identity.dimension,
      language: identity.language,
      reader,
      stored,
    });
    const opening = Array.from({ length: Math.min(MAX_READERS, Math.max(1, readerCount)) }, async (_, reader) =>
      keep(await openThread<ReaderApi>(readerThreadUrl, start(reader))),
    );
    await Promise.allSettled(opening);
    const readers = await Promise.all(opening);
    const parts = opened.move();
    return createStore(identity, writer, readers, () => parts.disposeAsync());
  } catch (error) {
    // An error of another thread has lost its class.
    throw error instanceof Error && error.name === 'StartupError' && !(error instanceof StartupError)
      ? new StartupError(error.message, { cause: error })
      : openingError(folder, error);
  }
}

function createStore(
  identity: CollectionIdentity,
  writer: Thread<WriterApi>,
  readers: readonly Thread<ReaderApi>[],
  closeAll: () => Promise<void>,
): VectorStore {
  let closing: Promise<void> | undefined;
  const closed = () => vectorStoreUnavailable('The store is closed.');
  const questions = createWorkQueue<(reader: Thread<ReaderApi>) => Promise<unknown>, unknown>({
    run: async ([ask]) => {
      const reader = readers.toSorted((left, right) => left.pending - right.pending)[0];
      return [reader && ask && (await ask(reader))];
    },
    concurrency: PER_READER * readers.length,
    maxWaiting: MAX_WAITING,
    refuse: (reason) => (reason === 'closed' ? closed() : vectorStoreUnavailable('The store has too much to do.')),
  });

  /** Asks a reader, in turn. Whoever leaves is taken out of the queue. */
  const read = async <Answer>(
    ask: (reader: Thread<ReaderApi>) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const answer = Promise.withResolvers<Answer>();
    const asked = async (reader: Thread<ReaderApi>) => answer.resolve(await ask(reader));
    try {
      await questions.submit(asked, { signal });
      return await answer.promise;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw error instanceof AppError ? error : unavailable(error);
    }
  };
  /** Readers take in a change before they answer what is asked later. */
  const publish = (publication: Publication | null): void => {
    if (publication === null) return;
    for (const reader of readers) reader.call('publish', publication).catch(() => undefined);
  };
  const write = async <Committed extends { publication: Publication | null }>(
    change: () => Promise<Committed>,
  ): Promise<Committed> => {
    if (closing !== undefined) throw closed();
    try {
      const committed = await change();
      publish(committed.publication);
      return committed;
    } catch (error) {
      throw unavailable(error);
    }
  };

  return {
    backend: 'sqlite',
    async upsert(items) {
      const packed = pack(items, identity.dimension);
      if (packed.products.length > 0) await write(() => writer.call('upsert', packed, [packed.embeddings.buffer]));
    },
    async update({ product, known, firstImage }) {
      const { contentHash, indexedAt } = known;
      const change = { product: JSON.stringify(product), known: { contentHash, indexedAt }, firstImage };
      return (await write(() => writer.call('update', change))).isDone;
    },
    delete: async (id) => (await write(() => writer.call('delete', id))).isDone,
    async get(ids, { signal } = {}) {
      const products = await read((reader) => reader.call('get', ids), signal);
      return new Map(products.map(toProduct).map((product) => [product.id, product]));
    },
    embeddings: (ids, { signal } = {}) => read((reader) => reader.call('embeddings', ids), signal),
    async match(query, { signal } = {}) {
      const page = await read((reader) => reader.call('match', query), signal);
      return { ...page, matches: page.matches.map((match) => ({ ...match, product: toProduct(match.product) })) };
    },
    async list({ after = '', limit, signal }) {
      const products = (await read((reader) => reader.call('list', { after, limit }), signal)).map(toProduct);
      return { products, next: (products.length < limit ? undefined : products.at(-1)?.id) ?? null };
    },
    count: ({ filter, signal } = {}) => read((reader) => reader.call('count', filter), signal),
    countHavingAll: (texts, { filter, signal } = {}) =>
      read((reader) => reader.call('countHavingAll', { texts, filter }), signal),
    stats: async () => ({ name: collectionName(identity), ...(await read((reader) => reader.call('stats', null))) }),
    vocabulary: async ({ signal } = {}) =>
      unpackVocabulary(await read((reader) => reader.call('vocabulary', null), signal)),
    async ping() {
      if (!writer.isRunning() || !readers.every((reader) => reader.isRunning())) {
        throw vectorStoreUnavailable('A thread of the store has ended; only a restart brings it back.');
      }
      await read((reader) => reader.call('ping', null));
    },
    close() {
      closing ??= questions.close().then(closeAll);
      return closing;
    },
  };
}

function toProduct(json: string): StoredProduct {
  // What was stored before there were additional images has none.
  return { additionalImageUrls: [], ...JSON.parse(json) };
}

/** The last item of each id, ready to be handed over. Throws RangeError for an embedding of another length. */
function pack(
  items: readonly IndexedProduct[],
  dimension: number,
): { products: string[]; lengths: number[]; embeddings: Float32Array<ArrayBuffer> } {
  for (const { product, embedding } of items) {
    if (embedding.length > 0 && embedding.length % dimension === 0) continue;
    throw new RangeError(`The embedding of ${product.id} has ${embedding.length} numbers, not ${dimension} an image.`);
  }
  const last = [...new Map(items.map((item) => [item.product.id, item])).values()];
  const lengths = last.map(({ embedding }) => embedding.length);
  const embeddings = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  for (const { embedding } of last) {
    embeddings.set(embedding, end);
    end += embedding.length;
  }
  return { products: last.map(({ product }) => JSON.stringify(product)), lengths, embeddings };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new StartupError(`The folder ${folder} cannot be made. Check DATA_DIR and its permissions.`, { cause });
  }
}

/** Earlier versions kept products in another engine, which lost some and mixed up others. */
function tellOfZvec(dataDir: string, logger: Logger): void {
  const old = join(dataDir, 'zvec');
  if (!existsSync(old)) return;
  logger.warn(
    `${old} holds a store of an earlier version, whose vectors cannot be trusted; it is not read and left as it is. ` +
      `Index the catalogue again: ${COMMAND} import FILE.`,
  );
}
