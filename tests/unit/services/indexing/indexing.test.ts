import { describe, expect, test } from 'vitest';
import type { VectorStore } from '../../../../src/adapters/vector-store/types.ts';
import { vectorStoreUnavailable } from '../../../../src/errors.ts';
import { createSilentLogger } from '../../../../src/logger.ts';
import { createIndexingService } from '../../../../src/services/indexing/indexing.ts';

const away = async () => {
  throw vectorStoreUnavailable('The vector store does not answer.', new Error('connect ECONNREFUSED'));
};

/** The service over a store that is away: the one part whose failing cannot be had from the real one at will. */
function createServiceWithoutStore() {
  let bumps = 0;
  const store: Pick<VectorStore, 'upsert' | 'get' | 'delete'> = { upsert: away, get: away, delete: away };
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

const inputs = ['a', 'b'].map((id) => ({
  id,
  name: id,
  category: 'c',
  price: 1,
  imageUrl: 'https://shop.example/x.png',
}));

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
