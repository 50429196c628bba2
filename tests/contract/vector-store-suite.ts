import { afterAll, describe } from 'vitest';
import type { CollectionIdentity, VectorStore } from '../../src/adapters/vector-store/types.ts';
import { describeFilters } from './vector-store/filters.ts';
import { describeHostileValues } from './vector-store/hostile-values.ts';
import { describeIdentity } from './vector-store/identity.ts';
import { describeLexical } from './vector-store/lexical.ts';
import { describePaging } from './vector-store/paging.ts';
import { createSuiteContext } from './vector-store/suite-context.ts';
import { describeVectorSearch } from './vector-store/vector-search.ts';
import { describeWrites } from './vector-store/writes.ts';

/** How the suite gets at an adapter. */
export interface VectorStoreHarness {
  /**
   * Opens a collection, creating it when it is not there. After `close()` the same identity finds everything again.
   * The suite never opens one collection twice at a time and gives every collection a base name of its own.
   */
  open(identity: CollectionIdentity): Promise<VectorStore>;
  /** Called once at the end, when every store is closed: removes whatever the suite left behind. */
  cleanup(): Promise<void>;
}

/**
 * The contract of the VectorStore port. Every adapter runs it word for word; with `skip`, its tests count as skipped
 * (an adapter whose server is not there).
 */
export function describeVectorStore(name: string, harness: VectorStoreHarness, options: { skip?: boolean } = {}): void {
  describe.skipIf(options.skip === true)(`vector store: ${name}`, { timeout: 60_000 }, () => {
    const context = createSuiteContext(harness);
    afterAll(() => context.cleanup(), 60_000);
    describeWrites(context);
    describeVectorSearch(context);
    describeFilters(context);
    describeHostileValues(context);
    describeLexical(context);
    describePaging(context);
    describeIdentity(context);
  });
}
