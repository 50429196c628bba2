import { setTimeout as pause } from 'node:timers/promises';
import type { ErrorCode } from '../../errors.ts';
import type { ProductInput } from '../indexing/product-draft.ts';
import type { ImportOutcome } from './types.ts';

/** Indexes a batch: one outcome per input, in their order. Rejects when no batch can be indexed at all. */
export type IndexBatch = (inputs: readonly ProductInput[]) => Promise<readonly ImportOutcome[]>;

/** Failures of the moment: the same product may well be indexed a little later. */
const TEMPORARY: ReadonlySet<ErrorCode> = new Set(['OVERLOADED', 'VECTOR_STORE_UNAVAILABLE', 'RATE_LIMITED']);
const PAUSES_MS: readonly number[] = [500, 2000, 8000];

/**
 * Indexes a batch and tries again, after growing pauses, those of its products that failed for a reason of the moment.
 * `stop` ends the waiting: what failed last is reported then.
 */
export async function indexPatiently(
  indexBatch: IndexBatch,
  inputs: readonly ProductInput[],
  options: { stop: AbortSignal; pausesMs?: readonly number[] | undefined },
): Promise<readonly ImportOutcome[]> {
  const outcomes = [...(await indexBatch(inputs))];
  for (const pauseMs of options.pausesMs ?? PAUSES_MS) {
    const again = inputs.flatMap((input, i) => (isTemporary(outcomes[i]) ? [{ input, i }] : []));
    if (again.length === 0) break;
    await pause(pauseMs, undefined, { signal: options.stop }).catch(() => undefined);
    if (options.stop.aborted) break;
    const retried = await indexBatch(again.map(({ input }) => input));
    for (const [k, { i }] of again.entries()) {
      const outcome = retried[k];
      if (outcome) outcomes[i] = outcome;
    }
  }
  return outcomes;
}

function isTemporary(outcome: ImportOutcome | undefined): boolean {
  return outcome?.status === 'failed' && TEMPORARY.has(outcome.error.code);
}
