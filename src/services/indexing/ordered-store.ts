import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { IndexedProduct, ProductUpdate, VectorStore } from '../../adapters/vector-store/types.ts';
import { describeError } from '../../errors.ts';
import { createWriteOrder, type Place, type WriteOrder } from './write-order.ts';

/** Products that are deleted at one time. */
const DELETE_SIZE = 32;

/** A product that is ready to be stored, in its place among the writes to it. */
export interface Write {
  item: IndexedProduct;
  place: Place;
}

/** The store as indexing writes to it: in order, with the epoch told of every change, and the last failure remembered. */
export interface OrderedStore extends Pick<WriteOrder, 'arrive' | 'turn' | 'leave'> {
  /** Stores those of `writes` that no later one has overtaken. */
  save(writes: readonly Write[]): Promise<void>;
  /**
   * Stores an update, in its turn: `conflict` when another server has changed the product meanwhile, `overtaken` when a
   * later write has replaced it.
   */
  update(place: Place, update: ProductUpdate): Promise<'stored' | 'conflict' | 'overtaken'>;
  /** Takes products out; resolves to the ids of those that were there, or on their way there. */
  remove(ids: readonly string[]): Promise<string[]>;
  /** As in `IndexingService`. */
  problem(): string | null;
}

export function createOrderedStore(deps: {
  store: Pick<VectorStore, 'upsert' | 'update' | 'delete'>;
  epoch: IndexEpoch;
  now: () => Date;
}): OrderedStore {
  const { store, epoch, now } = deps;
  const order = createWriteOrder();
  let problem: string | null = null;

  /** Makes a change; `make` resolves to whether there was anything to write. */
  async function change(make: () => Promise<boolean>): Promise<boolean> {
    try {
      const hasWritten = await make();
      if (hasWritten) problem = null;
      return hasWritten;
    } catch (error) {
      problem = `The last write failed, at ${now().toISOString()}: ${describeError(error).message}`;
      throw error;
    } finally {
      // Also after a failure: the store may have taken the write all the same.
      await epoch.bump();
    }
  }

  return {
    arrive: order.arrive,
    turn: order.turn,
    leave: order.leave,
    problem: () => problem,

    save(writes) {
      return order.store(writes, (current) =>
        change(async () => {
          await store.upsert(current.map(({ item }) => item));
          return true;
        }),
      );
    },

    async update(place, update) {
      let isRefused = false;
      let isStored = false;
      await order.store([{ place }], async () => {
        isStored = await change(() => store.update(update));
        isRefused = !isStored;
        return isStored;
      });
      if (isStored) return 'stored';
      return isRefused ? 'conflict' : 'overtaken';
    },

    async remove(ids) {
      const deletes = [...new Set(ids)].map((id) => ({ id, place: order.arrive(id, 'delete') }));
      // A product on its way into the store is overtaken: to everybody it was there and is gone.
      const wereThere = new Set(deletes.flatMap(({ id, place }) => (order.isOnItsWay(place) ? [id] : [])));
      try {
        for (let start = 0; start < deletes.length; start += DELETE_SIZE) {
          await order.store(deletes.slice(start, start + DELETE_SIZE), async (current) => {
            await change(async () => {
              const found = await deleteEach(current.map(({ id }) => id));
              for (const id of found) wereThere.add(id);
              return found.length > 0;
            });
            return true;
          });
        }
        return deletes.flatMap(({ id }) => (wereThere.has(id) ? [id] : []));
      } finally {
        for (const { place } of deletes) order.leave(place);
      }
    },
  };

  /** Deletes products at one time, for a store to write them in one go; the ids of those that were there. */
  async function deleteEach(ids: readonly string[]): Promise<string[]> {
    const settled = await Promise.allSettled(ids.map((id) => store.delete(id)));
    return ids.filter((_, place) => {
      const result = settled[place];
      if (result?.status === 'rejected') throw result.reason;
      return result?.value;
    });
  }
}
