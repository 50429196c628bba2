import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isZVecError, type ZVecQuery } from '@zvec/zvec';
import pLimit from 'p-limit';
import { abortable } from '../../../async/abortable.ts';
import { StartupError, vectorStoreUnavailable } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import { collectionName } from '../collection-name.ts';
import { completeTies, growingLimits } from '../complete-ties.ts';
import type { CollectionIdentity, IndexedProduct, SearchOptions, VectorStore } from '../types.ts';
import { toWords } from '../words.ts';
import {
  fetchProducts,
  loadFacets,
  MAX_TOP,
  queryTop,
  type RankedKey,
  type RankedQuery,
  writeProducts,
} from './collection.ts';
import { createFacetTable } from './facet-table.ts';
import { toZvecFilter } from './filter.ts';
import { initialiseZvec } from './log.ts';
import { damagedStore, openCollection } from './open.ts';
import { documentKey, FIELD } from './schema.ts';
import { checkIdentity, writeIdentity } from './store-identity.ts';
import { createUpkeep, type UpkeepTimes } from './upkeep.ts';

/** Lists are asked for in fixed sizes, so that the pages of an approximate index agree with each other. */
const FIRST_LIMIT = 256;

export interface ZvecStoreOptions {
  /** The store lies under `<dataDir>/zvec`. */
  dataDir: string;
  identity: CollectionIdentity;
  logger: Logger;
  /** When to build the index over new products, see `createUpkeep`. */
  upkeep?: UpkeepTimes;
  /** See `RankedQuery`. */
  scanUpTo?: number;
}

/**
 * Opens the embedded store: zvec, in process, on disk. Throws StartupError when the collection holds another model's
 * vectors, is damaged, or cannot be created, and StoreLockedError when another process has it open.
 */
export async function createZvecStore(options: ZvecStoreOptions): Promise<VectorStore> {
  const { dataDir, identity, logger, upkeep: times, scanUpTo } = options;
  const root = join(dataDir, 'zvec');
  const name = collectionName(identity);
  const folder = join(root, name);
  await makeFolder(root);
  const log = initialiseZvec(join(root, 'logs'), logger);
  await checkIdentity(root, identity);
  const collection = await openCollection(folder, identity.dimension).finally(log.drain);
  const facets = createFacetTable();
  try {
    await loadFacets(collection, facets);
    await writeIdentity(root, identity);
  } catch (cause) {
    collection.closeSync();
    throw cause instanceof StartupError ? cause : damagedStore(folder, cause);
  }

  const indexedShare = collection.stats.indexCompleteness[FIELD.embedding] ?? 0;
  const upkeep = createUpkeep({
    folder,
    optimize: () => collection.optimize(),
    productCount: () => facets.size,
    start: { unindexed: Math.round(facets.size * (1 - indexedShare)), indexed: facets.size > 0 && indexedShare > 0 },
    logger,
    ...times,
  });
  const writes = pLimit(1);
  // Two queries at one time and an `optimize` beside them lock each other up inside zvec 0.7, for good.
  const queries = pLimit(1);
  let answered = Promise.withResolvers<void>();
  const query = (signal?: AbortSignal) => (question: ZVecQuery) =>
    queries(async () => {
      try {
        // Nobody waits for it any more: it only holds up the next.
        signal?.throwIfAborted();
        return await collection.query(question);
      } finally {
        answered.resolve();
        answered = Promise.withResolvers();
      }
    });
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  /** Runs a call, so that `close` waits for it and what zvec throws becomes an error of ours. */
  const run = async <Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> => {
    if (closing !== undefined) throw vectorStoreUnavailable('The store is closed.');
    const tracked = async (): Promise<Result> => {
      const call = work();
      running.add(call);
      return call.finally(() => running.delete(call));
    };
    try {
      return await abortable(tracked, signal);
    } catch (error) {
      throw isZVecError(error) ? vectorStoreUnavailable('The store could not answer.', error) : error;
    }
  };

  const rank = async (
    by: RankedQuery['by'],
    { filter, signal }: SearchOptions,
    count: number,
  ): Promise<RankedKey[]> => {
    const condition = toZvecFilter(filter);
    if (condition.kind === 'none' || ('words' in by && by.words === '')) return [];
    const matching = facets.count(filter);
    if (matching === 0) return [];
    const fetchTop = (limit: number) =>
      queryTop(query(signal), facets, { by, filter: condition, matching, limit, scanUpTo });
    return completeTies(fetchTop, Math.min(count, MAX_TOP), growingLimits(FIRST_LIMIT, MAX_TOP));
  };
  const close = async (): Promise<void> => {
    await Promise.allSettled(running);
    await upkeep.close();
    collection.closeSync();
    log.drain();
  };

  return {
    backend: 'zvec',
    upsert: (items) =>
      run(() =>
        writes(async () => {
          await writeProducts(collection, facets, lastOfEach(items, identity.dimension), upkeep.ready);
          upkeep.noteWrites(items.length);
        }),
      ),
    delete: (id) =>
      run(() =>
        writes(async () => {
          const key = documentKey(id);
          if (!facets.has(key)) return false;
          await upkeep.ready();
          const { ok, message } = collection.deleteSync(key);
          if (!ok) throw vectorStoreUnavailable('The product could not be deleted.', message);
          upkeep.noteWrites(1);
          return facets.delete(key);
        }),
      ),
    get: (ids, { signal } = {}) =>
      run(async () => {
        await upkeep.ready();
        const products = fetchProducts(collection, [...new Set(ids.map(documentKey))]);
        return new Map(Array.from(products.values(), (product) => [product.id, product]));
      }, signal),
    search: (ranking, { offset, limit }, { filter, signal } = {}) =>
      run(async () => {
        const entries =
          ranking.by === 'filter'
            ? facets.idsInOrder(filter, { offset, limit }).map((id) => ({ id, key: documentKey(id), score: 0 }))
            : (await rank(searchBy(ranking), { filter, signal }, limit > 0 ? offset + limit : 0)).slice(offset);
        await upkeep.ready();
        const products = fetchProducts(
          collection,
          entries.map(({ key }) => key),
        );
        return entries.flatMap(({ id, key, score }) => {
          const product = products.get(key);
          return product === undefined ? [] : [{ id, score, product }];
        });
      }, signal),
    searchBoth: ({ embedding, text, vectorLimit, lexicalLimit }, { filter, signal } = {}) =>
      run(async () => {
        const [vector, lexical] = await Promise.all([
          rank({ embedding }, { filter, signal }, vectorLimit),
          rank({ words: toWords(text) }, { filter, signal }, lexicalLimit),
        ]);
        const idAndScore = ({ id, score }: RankedKey) => ({ id, score });
        return { vector: vector.map(idAndScore), lexical: lexical.map(idAndScore) };
      }, signal),
    count: ({ filter, signal } = {}) => run(async () => facets.count(filter), signal),
    stats: () => run(async () => ({ name, ...facets.stats() })),
    ping: () =>
      run(async () => {
        // Behind a long queue the next answer to anybody tells as much, and a busy store does not count as one away.
        if (queries.activeCount > 0) await answered.promise;
        else await query()({ topk: 1, outputFields: [] });
      }),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new StartupError(`The folder ${folder} cannot be made. Check DATA_DIR and its permissions.`, { cause });
  }
}

/** The last item of each id, in order. Throws RangeError for an embedding of another length. */
function lastOfEach(items: readonly IndexedProduct[], dimension: number): IndexedProduct[] {
  for (const { product, embedding } of items) {
    if (embedding.length === dimension) continue;
    throw new RangeError(`The embedding of ${product.id} has ${embedding.length} numbers instead of ${dimension}.`);
  }
  return [...new Map(items.map((item) => [item.product.id, item])).values()];
}

function searchBy(
  ranking: { by: 'vector'; embedding: Float32Array } | { by: 'lexical'; text: string },
): RankedQuery['by'] {
  return ranking.by === 'vector' ? { embedding: ranking.embedding } : { words: toWords(ranking.text) };
}
