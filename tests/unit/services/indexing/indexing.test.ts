import { describe, expect, test } from 'vitest';
import type { VectorStore } from '../../../../src/adapters/vector-store/types.ts';
import { vectorStoreUnavailable } from '../../../../src/errors.ts';
import { createSilentLogger } from '../../../../src/logger.ts';
import type { StoredProduct } from '../../../../src/product.ts';
import { createIndexingService } from '../../../../src/services/indexing/indexing.ts';

const away = async () => {
  throw vectorStoreUnavailable('The vector store does not answer.', new Error('connect ECONNREFUSED'));
};

type Store = Pick<VectorStore, 'upsert' | 'update' | 'get' | 'delete'>;

/** The service over a store that takes everything but what the test has to say, and how often the epoch was bumped. */
function createService(overrides: Partial<Store>) {
  let bumps = 0;
  const store: Store = {
    upsert: async () => {},
    update: async () => false,
    get: async () => new Map(),
    delete: async () => false,
    ...overrides,
  };
  const service = createIndexingService({
    store,
    embedder: {
      info: { id: 'm', digest: '0123456789ab', dimension: 2, imageSize: 1, dtype: 'fp32', bundled: false },
      embedText: async () => Float32Array.of(1, 0),
      embedImage: async () => Float32Array.of(1, 0),
      ping: async () => {},
      close: async () => {},
    },
    imageSource: { load: async () => new Uint8Array(1), close: async () => {} },
    epoch: {
      current: async () => '1',
      bump: async () => {
        bumps += 1;
      },
    },
    logger: createSilentLogger(),
  });
  return { service, bumps: () => bumps };
}

/** A store that is away: its failing cannot be had from the real one at will. */
const createServiceWithoutStore = () => createService({ upsert: away, get: away, delete: away });

const input = (id: string) => ({
  id,
  name: id,
  category: 'c',
  price: 1,
  imageUrl: 'https://shop.example/x.png',
});
const inputs = ['a', 'b'].map(input);

describe('indexing while the store is away', () => {
  test.each([false, true])(
    'reports each product of a batch, so that an import can try again (skipUnchanged %s)',
    async (skipUnchanged) => {
      const { service } = createServiceWithoutStore();
      const outcomes = await service.indexProducts(inputs, { skipUnchanged });
      expect(outcomes.map((outcome) => outcome.status === 'failed' && [outcome.id, outcome.error.code])).toEqual([
        ['a', 'VECTOR_STORE_UNAVAILABLE'],
        ['b', 'VECTOR_STORE_UNAVAILABLE'],
      ]);
    },
  );

  test('bumps the epoch all the same: a write that was reported as failed may have arrived', async () => {
    const { service, bumps } = createServiceWithoutStore();
    await service.indexProducts(inputs);
    await expect(service.deleteProduct('a')).rejects.toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE' });
    expect(bumps()).toBe(2);
  });
});

describe('a store that takes no writes', () => {
  test('is remembered until it takes one, whichever write it refused', async () => {
    let isFull = true;
    const refuseOrTake = async () => {
      if (isFull) throw vectorStoreUnavailable('The disk is full.');
    };
    const { service } = createService({ upsert: refuseOrTake, delete: () => refuseOrTake().then(() => true) });
    expect(service.problem()).toBeNull();
    for (const write of [() => service.indexProduct(input('a')), () => service.deleteProduct('a')]) {
      isFull = true;
      await expect(write()).rejects.toThrow('The disk is full.');
      expect(service.problem()).toContain('The disk is full.');
      isFull = false;
      await write();
      expect(service.problem()).toBeNull();
    }
    isFull = true;
    await service.indexProducts(inputs);
    expect(service.problem()).toContain('The disk is full.');
  });

  test('is not taken for well again by a deletion that had nothing to write', async () => {
    const { service } = createService({ upsert: away });
    await service.indexProducts(inputs);
    expect(await service.deleteProduct('nobody')).toBe(false);
    expect(service.problem()).not.toBeNull();
  });

  test('is not suspected for a product whose image is broken, nor are its insides told', async () => {
    const { service } = createService({ upsert: () => Promise.reject(new Error('EIO at /var/lib/vitrine')) });
    await expect(service.indexProduct({ ...input('a'), imageUrl: 'nonsense' })).rejects.toThrow();
    expect(service.problem()).toBeNull();
    await expect(service.indexProduct(input('a'))).rejects.toThrow();
    expect(service.problem()).not.toContain('EIO');
  });
});

describe('an update', () => {
  const stored = (price: number): StoredProduct => ({
    ...input('a'),
    price,
    description: '',
    currency: 'EUR',
    additionalImageUrls: [],
    attributes: [],
    inStock: true,
    indexedAt: '2025-01-02T03:04:05.678Z',
    contentHash: `at ${price}`,
  });

  test('begins anew with what another server has written in between, so that neither is lost', async () => {
    let current = stored(1);
    const { service, bumps } = createService({
      get: async () => new Map([['a', current]]),
      async update({ product, known }) {
        if (known.price === 1) current = { ...stored(2), name: 'By another' };
        if (known.contentHash !== current.contentHash) return false;
        current = product;
        return true;
      },
    });
    const { contentHash, ...updated } = await service.updateProduct('a', { inStock: false });
    expect(updated).toMatchObject({ name: 'By another', price: 2, inStock: false });
    expect(current.contentHash).toBe(contentHash);
    expect(bumps()).toBe(2);
  });

  test('gives up on a product that others never leave alone, and says that it may be tried again', async () => {
    const { service } = createService({ get: async () => new Map([['a', stored(1)]]) });
    await expect(service.updateProduct('a', { price: 9 })).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  test('that changes nothing writes nothing', async () => {
    const { service, bumps } = createService({ upsert: async () => {} });
    const product = await service.indexProduct(input('a'));
    const again = createService({ get: async () => new Map([['a', product]]), update: away });
    expect(await again.service.updateProduct('a', { price: product.price })).toBe(product);
    expect([bumps(), again.bumps()]).toEqual([1, 0]);
  });
});

describe('deleting many products', () => {
  test('tells which were there, each once, and asks the store for a bounded number at a time', async () => {
    const stored = new Set(Array.from({ length: 100 }, (_, index) => `p${index}`));
    let underWay = 0;
    let most = 0;
    const { service, bumps } = createService({
      async delete(id) {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return stored.delete(id);
      },
    });
    const ids = Array.from({ length: 120 }, (_, index) => `p${index}`);
    expect(await service.deleteProducts([...ids, 'p1', 'p2'])).toEqual(ids.slice(0, 100));
    expect(stored.size).toBe(0);
    expect(most).toBeLessThanOrEqual(64);
    expect(bumps()).toBeLessThan(10);
    expect(await service.deleteProducts([])).toEqual([]);
  });

  test('fails when the store does, and not before the last deletion has come out of it', async () => {
    const deleted: string[] = [];
    const { service } = createService({
      async delete(id) {
        if (id === 'broken') throw vectorStoreUnavailable('The store is away.');
        await new Promise((resolve) => setImmediate(resolve));
        deleted.push(id);
        return true;
      },
    });
    await expect(service.deleteProducts(['broken', 'slow'])).rejects.toThrow('The store is away.');
    expect(deleted).toEqual(['slow']);
    expect(service.problem()).toContain('The store is away.');
  });
});

describe('closing the indexing service', () => {
  test('waits for what is being written, so that the store and the epoch are there until it is', async () => {
    const stored = Promise.withResolvers<void>();
    const writing = Promise.withResolvers<void>();
    const events: string[] = [];
    const upsert = async () => {
      writing.resolve();
      await stored.promise;
      events.push('stored');
    };
    const { service, bumps } = createService({ upsert });
    // Its caller is gone: nobody but the service knows of it.
    void service.indexProduct(input('a'));
    await writing.promise;
    const closed = service.close().then(() => events.push('closed'));
    stored.resolve();
    await closed;
    expect(events).toEqual(['stored', 'closed']);
    expect(bumps()).toBe(1);
  });

  test('refuses what comes and what waits, so that it ends, and tells the caller to come back', async () => {
    const { service } = createService({});
    const outcomes = service.indexProducts(Array.from({ length: 20 }, (_, index) => input(`p${index}`)));
    await service.close();
    const statuses = new Set((await outcomes).map((outcome) => 'error' in outcome && outcome.error.code));
    expect(statuses).toContain('OVERLOADED');
    await expect(service.indexProduct(input('late'))).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(service.deleteProduct('late')).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});
