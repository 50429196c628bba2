import { afterAll, describe } from 'vitest';
import type { CollectionIdentity, VectorStore } from '../../src/adapters/vector-store/types.ts';
import { describeFilters } from './vector-store/filters.ts';
import { describeHavingAll } from './vector-store/having-all.ts';
import { describeHostileValues } from './vector-store/hostile-values.ts';
import { describeIdentity } from './vector-store/identity.ts';
import { describeLexical } from './vector-store/lexical.ts';
import { describeListing } from './vector-store/listing.ts';
import { describeManyEquals } from './vector-store/many-equals.ts';
import { describeMatchSets } from './vector-store/match-sets.ts';
import { describePaging } from './vector-store/paging.ts';
import { describeSeveralImages } from './vector-store/several-images.ts';
import { createSuiteContext, type SuiteContext } from './vector-store/suite-context.ts';
import { describeUpdates } from './vector-store/updates.ts';
import { describeVectorSearch } from './vector-store/vector-search.ts';
import { describeVocabulary } from './vector-store/vocabulary.ts';
import { describeWrites } from './vector-store/writes.ts';

/** How the suite gets at an adapter. */
export interface VectorStoreHarness {
  /**
   * Opens a collection, creating it when it is not there. After `close()` the same identity finds everything again.
   * The suite never opens one collection twice at a time and gives every collection a base name of its own.
   */
  open(identity: CollectionIdentity): Promise<VectorStore>;
  /** Resolves when the store rests, where it goes on working for a while after a write. */
  settle?(store: VectorStore): Promise<void>;
  /** Called once at the end, when every store is closed: removes whatever the suite left behind. */
  cleanup(): Promise<void>;
}

/** What lists hold and how they are ordered: all that depends on how an adapter searches. */
export const RANKING_PARTS = [
  describeVectorSearch,
  describeFilters,
  describePaging,
  describeManyEquals,
  describeMatchSets,
  describeSeveralImages,
];
const ALL_PARTS = [
  describeWrites,
  describeUpdates,
  ...RANKING_PARTS,
  describeHostileValues,
  describeLexical,
  describeHavingAll,
  describeListing,
  describeIdentity,
  describeVocabulary,
];

/**
 * The contract of the VectorStore port. Every adapter runs it word for word; with `skip`, its tests count as skipped
 * (an adapter whose server is not there). `parts` are for another way of searching by an adapter that runs them all.
 */
export function describeVectorStore(
  name: string,
  harness: VectorStoreHarness,
  options: { skip?: boolean; parts?: readonly ((context: SuiteContext) => void)[] } = {},
): void {
  describe.skipIf(options.skip === true)(`vector store: ${name}`, { timeout: 60_000 }, () => {
    const context = createSuiteContext(harness);
    afterAll(() => context.cleanup(), 60_000);
    for (const describePart of options.parts ?? ALL_PARTS) describePart(context);
  });
}
