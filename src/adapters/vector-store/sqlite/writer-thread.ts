import { serveThread, type ThreadWork } from '../../../async/thread.ts';
import type { StoredProduct } from '../../../product.ts';
import { createTokenizer, type Tokenizer } from '../tokens.ts';
import type { CollectionIdentity } from '../types.ts';
import { openDatabase } from './database.ts';
import { createDictionaryWriter } from './dictionary.ts';
import { createIndexBuilder } from './index-builder.ts';
import { createRowWriter, type RowWithEmbedding, readRows } from './rows.ts';
import type { Publication } from './snapshot.ts';
import { openingError } from './sqlite-errors.ts';

/** This file, to start the thread from. */
export const writerThreadUrl = new URL(import.meta.url);

/** What the thread starts with. */
export interface WriterStart {
  folder: string;
  identity: CollectionIdentity;
}

/** A change that is on the disk. */
interface Committed {
  /** What the readers must hear before anybody else does; null where another answer brings it. */
  publication: Publication | null;
}

/** Products to store: each as JSON, and their embeddings one after the other, each of so many numbers. */
interface Upsert {
  products: readonly string[];
  lengths: readonly number[];
  embeddings: Float32Array;
}

/** A product to store, as JSON, in place of a version of it. */
interface Update {
  product: string;
  known: Pick<StoredProduct, 'contentHash' | 'indexedAt'>;
  firstImage: Float32Array | undefined;
}

interface Outcome {
  isDone: boolean;
}

/** What the thread can be asked. */
export interface WriterApi {
  /** What is stored, for readers that begin now. */
  load(argument: null): { stored: Publication & { memory: WebAssembly.Memory }; warning: string | null };
  upsert(products: Upsert): Promise<Committed>;
  /** Done where the product was stored as it is known. */
  update(update: Update): Promise<Committed & Outcome>;
  /** Done where the product was there. */
  delete(id: string): Promise<Committed & Outcome>;
}

/** A change that waits for its transaction: `carryOut` makes it, and returns whether it did, which is told when it is on the disk. */
interface Change {
  carryOut(): boolean;
  settled: PromiseWithResolvers<Committed & Outcome>;
  products: number;
}

/** So many products go into one transaction: one sync of the disk for all of them. */
const MAX_PER_TRANSACTION = 1_024;
/** Rows to a segment while loading. */
const LOAD_BLOCK = 16_384;

/**
 * The one writer of a store: all changes that came while the last transaction ran go into the next one, in their order.
 * The readers are told of a change once it is on the disk.
 */
function openWriter({ folder, identity }: WriterStart, tokenizer: Tokenizer): ThreadWork<WriterApi> {
  const { dimension } = identity;
  const { database, mark, commit, warning } = openDatabase(folder, identity, tokenizer);
  const dictionary = createDictionaryWriter(database);
  const rows = createRowWriter(database, dictionary, tokenizer);
  const index = createIndexBuilder(dimension);
  let lastCommit = commit;
  let lastRow = 0;

  const load = (): void => {
    let block: RowWithEmbedding[] = [];
    const takeIn = (): void => {
      index.update(block, []);
      block = [];
    };
    for (const row of readRows(database, folder, dimension)) {
      lastRow = row.row.row;
      block.push(row);
      if (block.length === LOAD_BLOCK) takeIn();
    }
    takeIn();
  };

  const waiting: Change[] = [];
  /** What the open transaction has done so far. */
  let added: RowWithEmbedding[] = [];
  let removed: number[] = [];

  const setCommit = database.prepare("UPDATE meta SET value = ? WHERE name = 'commit'");
  const takeBatch = (): Change[] => {
    let products = 0;
    const end = waiting.findIndex((change) => {
      products += change.products;
      return products > MAX_PER_TRANSACTION;
    });
    return waiting.splice(0, end < 0 ? waiting.length : Math.max(1, end));
  };
  const commitBatch = (): void => {
    const batch = takeBatch();
    const rowBefore = lastRow;
    added = [];
    removed = [];
    try {
      database.exec('BEGIN IMMEDIATE');
      const results = batch.map((change) => change.carryOut());
      setCommit.run(lastCommit + 1);
      database.exec('COMMIT');
      lastCommit += 1;
      mark.write(lastCommit);
      const publication = index.update(added, removed);
      for (const [place, { settled }] of batch.entries()) {
        const isDone = results[place] ?? false;
        settled.resolve({ isDone, publication: place === 0 ? publication : null });
      }
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      dictionary.forget();
      lastRow = rowBefore;
      for (const { settled } of batch) settled.reject(error);
    }
    if (waiting.length > 0) setImmediate(commitBatch);
  };
  const submit = (products: number, carryOut: Change['carryOut']) => {
    const settled = Promise.withResolvers<Committed & Outcome>();
    waiting.push({ carryOut, settled, products });
    // Once all that has arrived by now is waiting too.
    if (waiting.length === 1) setImmediate(commitBatch);
    return settled.promise;
  };
  const remove = (id: string): boolean => {
    const row = rows.remove(id);
    if (row !== undefined) removed.push(row);
    return row !== undefined;
  };

  const insert = (product: StoredProduct, json: string, embedding: Float32Array): void => {
    remove(product.id);
    lastRow += 1;
    added.push(rows.insert(lastRow, product, json, embedding));
  };
  const requireRoom = (products: number): void => {
    if (index.room < products) throw new RangeError('This store cannot hold any more products; use Qdrant.');
  };

  load();
  return {
    api: {
      load: () => ({
        stored: { keep: 0, segments: index.snapshot.segments, dead: deadSlots(), memory: index.memory },
        warning,
      }),
      upsert: ({ products, lengths, embeddings }) =>
        submit(products.length, () => {
          requireRoom(products.length);
          let end = 0;
          for (const [place, json] of products.entries()) {
            const embedding = embeddings.slice(end, end + (lengths[place] ?? 0));
            end += embedding.length;
            insert(JSON.parse(json), json, embedding);
          }
          return true;
        }),
      update: ({ product: json, known, firstImage }) =>
        submit(1, () => {
          requireRoom(1);
          const product: StoredProduct = JSON.parse(json);
          const stored = rows.read(product.id);
          const isKnown = stored?.contentHash === known.contentHash && stored.indexedAt === known.indexedAt;
          if (!isKnown) return false;
          const { embedding } = stored;
          if (firstImage) embedding.set(firstImage);
          insert(product, json, embedding);
          return true;
        }),
      delete: (id) => submit(1, () => remove(id)),
    },
    close() {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
      mark.close();
    },
  };

  function deadSlots(): Uint32Array {
    const slots = Uint32Array.from({ length: index.snapshot.size }, (_, slot) => slot);
    return slots.filter((slot) => index.snapshot.alive[slot] === 0);
  }
}

serveThread(import.meta.url, async (start: WriterStart) => {
  try {
    return openWriter(start, await createTokenizer(start.identity.language));
  } catch (error) {
    throw openingError(start.folder, error);
  }
});
