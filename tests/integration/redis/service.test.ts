import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { FindProducts, GetHealth, IndexProduct } from '../../support/operations.ts';
import { startVitrine } from '../../support/vitrine.ts';

const REDIS_URL = process.env.REDIS_TEST_URL || '';

test.skipIf(REDIS_URL === '')(
  'on the Redis of REDIS_TEST_URL a shop indexes and searches, and health says UP',
  async () => {
    const vitrine = await startVitrine({ REDIS_URL, COLLECTION: `service-${randomUUID().slice(0, 8)}` });
    try {
      const query = { text: 'narwhal', mode: 'LEXICAL' as const };
      await expect
        .poll(async () => (await vitrine.data(GetHealth, {})).health.components.at(-1))
        .toMatchObject({ component: 'CACHE', backend: 'redis', status: 'UP' });
      expect((await vitrine.data(FindProducts, { query })).searchProducts.edges).toEqual([]);
      const imageUrl = 'http://localhost:4000/demo/images/sku-0001.png';
      const input = { id: 'n', name: 'Narwhal mug', category: 'home', price: 9, imageUrl };
      await vitrine.data(IndexProduct, { input });
      expect((await vitrine.data(FindProducts, { query })).searchProducts.edges).toHaveLength(1);
    } finally {
      await vitrine.close();
    }
  },
);
