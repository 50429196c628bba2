import { randomUUID } from 'node:crypto';
import { beforeAll } from 'vitest';
import type { CollectionIdentity, IndexedProduct, VectorStore } from '../../../src/adapters/vector-store/types.ts';
import type { VectorStoreHarness } from '../vector-store-suite.ts';
import { DIMENSION } from './fixtures.ts';

/** What the parts of the suite share: stores of their own, closed and removed at the end. */
export interface SuiteContext {
  /** An identity that nothing else uses. */
  newIdentity(dimension?: number): CollectionIdentity;
  open(identity: CollectionIdentity): Promise<VectorStore>;
  /** A fresh collection that holds `items`, at rest. */
  openWith(items: readonly IndexedProduct[], dimension?: number): Promise<VectorStore>;
  cleanup(): Promise<void>;
}

export function createSuiteContext(harness: VectorStoreHarness): SuiteContext {
  const opened: VectorStore[] = [];
  const run = randomUUID().slice(0, 8);
  let collections = 0;

  const newIdentity = (dimension = DIMENSION): CollectionIdentity => {
    collections += 1;
    return { name: `contract-${run}-${collections}`, modelId: 'mini', dimension, language: 'english' };
  };
  const open = async (identity: CollectionIdentity): Promise<VectorStore> => {
    const store = await harness.open(identity);
    opened.push(store);
    return store;
  };
  return {
    newIdentity,
    open,
    async openWith(items, dimension) {
      const store = await open(newIdentity(dimension));
      await store.upsert(items);
      await harness.settle?.(store);
      return store;
    },
    async cleanup() {
      for (const store of opened) await store.close();
      await harness.cleanup();
    },
  };
}

/** A store that the tests of one `describe` only read. Call it inside the `describe`; the store is there in each test. */
export function shareStore(context: SuiteContext, items: () => readonly IndexedProduct[]): () => VectorStore {
  let shared: VectorStore | undefined;
  beforeAll(async () => {
    shared = await context.openWith(items());
  }, 60_000);
  return () => {
    if (shared === undefined) throw new Error('The shared store is there only while tests run.');
    return shared;
  };
}
