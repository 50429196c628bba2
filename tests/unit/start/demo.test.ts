import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSilentLogger } from '../../../src/logger.ts';
import type { StoredProduct } from '../../../src/product.ts';
import { type ProductInput, parseProductInput } from '../../../src/services/indexing/product-draft.ts';
import { type DemoDependencies, indexDemoCatalogue, keepDemoAway } from '../../../src/start/demo.ts';

const DEMO_SIZE = 250;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-demo-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** A shop's store in memory, and an indexing service that fills it; `beforeBatch` is called with the products so far. */
function createShop(backend: 'sqlite' | 'qdrant' = 'sqlite', beforeBatch: (count: number) => void = () => {}) {
  const products = new Map<string, StoredProduct>();
  const put = (input: ProductInput) => {
    const product = { ...parseProductInput(input), contentHash: '', indexedAt: '' };
    products.set(product.id, product);
    return product;
  };
  const deps: DemoDependencies = {
    services: {
      indexing: {
        async indexProducts(inputs, options = {}) {
          beforeBatch(products.size);
          options.signal?.throwIfAborted();
          return inputs.map((input) => {
            const status = products.has(input.id) ? 'unchanged' : 'indexed';
            return { status, id: input.id, product: put(input) };
          });
        },
      },
    },
    store: {
      backend,
      stats: async () => ({ name: '', productCount: products.size, categories: [], priceMin: null, priceMax: null }),
      get: async (ids) =>
        new Map(
          ids.flatMap((id) => {
            const product = products.get(id);
            return product ? [[id, product]] : [];
          }),
        ),
    },
    logger: createSilentLogger(),
    publicUrl: 'https://shop.example',
    imageStore: {
      put: () => Promise.reject(new Error('an image of the demo was copied')),
    },
  };
  const start = (signal = new AbortController().signal) => indexDemoCatalogue(deps, { dataDir, signal });
  return { products, put, start };
}

const own = { id: 'own-1', name: 'Own', category: 'c', price: 1, imageUrl: 'https://shop.example/1.jpg' };

test('a newcomer’s first start has the whole demo, with images that the server shows', async () => {
  const shop = createShop();
  await shop.start();
  expect(shop.products.size).toBe(DEMO_SIZE);
  expect(shop.products.get('sku-0001')).toMatchObject({
    name: 'Red cotton t-shirt',
    imageUrl: 'https://shop.example/demo/images/sku-0001.png',
  });
});

test('a start that was killed half-way goes on at the next one', async () => {
  const stop = new AbortController();
  const shop = createShop('sqlite', (count) => {
    if (count > 100) stop.abort();
  });
  await shop.start(stop.signal);
  expect(shop.products.size).toBeGreaterThan(100);
  expect(shop.products.size).toBeLessThan(DEMO_SIZE);
  await shop.start();
  expect(shop.products.size).toBe(DEMO_SIZE);
});

test('products of the demo that the shop deleted stay deleted, all of them too', async () => {
  const shop = createShop();
  await shop.start();
  shop.products.delete('sku-0001');
  await shop.start();
  expect(shop.products.size).toBe(DEMO_SIZE - 1);
  shop.products.clear();
  await shop.start();
  expect(shop.products.size).toBe(0);
});

test('a shop with products of its own never gets the demo, not even after deleting them', async () => {
  const shop = createShop();
  shop.put(own);
  await shop.start();
  expect([...shop.products.keys()]).toEqual(['own-1']);
  shop.products.clear();
  await shop.start();
  expect(shop.products.size).toBe(0);
});

test('a shop that imports its products after an unfinished demo does not get the rest of it', async () => {
  const stop = new AbortController();
  const shop = createShop('sqlite', (count) => {
    if (count > 0) stop.abort();
  });
  await shop.start(stop.signal);
  const before = shop.products.size;
  shop.put(own);
  await shop.start();
  expect(shop.products.size).toBe(before + 1);
});

test('a shop’s own product under the id of one of the demo’s counts as its own', async () => {
  const stop = new AbortController();
  const shop = createShop('sqlite', (count) => {
    if (count > 0) stop.abort();
  });
  await shop.start(stop.signal);
  shop.put({ ...own, id: 'sku-0001' });
  const before = shop.products.size;
  await shop.start();
  expect(shop.products.size).toBe(before);
});

test('a demo that was cleared away before it was finished does not come back', async () => {
  const stop = new AbortController();
  const shop = createShop('sqlite', (count) => {
    if (count > 0) stop.abort();
  });
  await shop.start(stop.signal);
  shop.products.clear();
  await keepDemoAway(dataDir);
  await shop.start();
  expect(shop.products.size).toBe(0);
});

test('the demo never goes into a Qdrant cluster', async () => {
  const shop = createShop('qdrant');
  await shop.start();
  expect(shop.products.size).toBe(0);
});

test('a demo that fails does not keep the server from starting, and is tried again', async () => {
  let broken = true;
  const shop = createShop('sqlite', () => {
    if (broken) throw new Error('the disk is full');
  });
  await shop.start();
  expect(shop.products.size).toBe(0);
  broken = false;
  await shop.start();
  expect(shop.products.size).toBe(DEMO_SIZE);
});
