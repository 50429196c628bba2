import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { IndexedProduct, VectorStore } from '../../adapters/vector-store/types.ts';
import { describeError } from '../../errors.ts';
import { createWriteOrder, type Place, type WriteOrder } from './write-order.ts';

/** A product that is ready to be stored, in its place among the writes to it. */
export interface Write {
  item: IndexedProduct;
  place: Place;
}

/** The store as indexing writes to it: in order, with the epoch told of every change, and the last failure remembered. */
interface OrderedStore extends Pick<WriteOrder, 'arrive' | 'leave'> {
  /** Stores those of `writes` that no later one has overtaken. */
  save(writes: readonly Write[]): Promise<void>;
  /** Takes a product out; resolves to whether it was there, or on its way there. */
  remove(id: string): Promise<boolean>;
  /** As in `IndexingService`. */
  problem(): string | null;
}

export function createOrderedStore(deps: {
  store: Pick<VectorStore, 'upsert' | 'delete'>;
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
    leave: order.leave,
    problem: () => problem,

    save(writes) {
      return order.store(writes, async (current) => {
        await change(async () => {
          await store.upsert(current.map(({ item }) => item));
          return true;
        });
      });
    },

    async remove(id) {
      const place = order.arrive(id, 'delete');
      // A product on its way into the store is overtaken: to everybody it was there and is gone.
      let wasThere = order.isOnItsWay(place);
      try {
        await order.store([{ place }], async () => {
          if (await change(() => store.delete(id))) wasThere = true;
        });
        return wasThere;
      } finally {
        order.leave(place);
      }
    },
  };
}
