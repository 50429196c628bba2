import { retry } from '../../async/retry.ts';
import type { ErrorCode } from '../../errors.ts';
import type { ProductInput } from '../indexing/product-draft.ts';
import type { ImportOutcome } from './types.ts';

/** Indexes a batch: one outcome per input, in their order. Rejects when no batch can be indexed at all. */
export type IndexBatch = (inputs: readonly ProductInput[]) => Promise<readonly ImportOutcome[]>;

/** Failures of the moment: the same product may well be indexed a little later. */
const TEMPORARY: ReadonlySet<ErrorCode> = new Set(['OVERLOADED', 'VECTOR_STORE_UNAVAILABLE', 'RATE_LIMITED']);
const PAUSES_MS: readonly number[] = [500, 2000, 8000];

/** Some products of a batch failed for a reason of the moment. */
class StillBusyError extends Error {}

/**
 * Indexes a batch and tries again, after growing pauses, those of its products that failed for a reason of the moment.
 * `stop` ends the waiting: what failed last is reported then. A batch that comes after it is tried once.
 */
export async function indexPatiently(
  indexBatch: IndexBatch,
  inputs: readonly ProductInput[],
  options: { stop: AbortSignal; pausesMs?: readonly number[] | undefined },
): Promise<readonly ImportOutcome[]> {
  const { stop, pausesMs = PAUSES_MS } = options;
  if (stop.aborted) return indexBatch(inputs);
  const outcomes = new Map<ProductInput, ImportOutcome>();
  const isTemporary = (input: ProductInput) => {
    const outcome = outcomes.get(input);
    return outcome?.status === 'failed' && TEMPORARY.has(outcome.error.code);
  };
  const indexRest = async () => {
    const rest = outcomes.size === 0 ? inputs : inputs.filter(isTemporary);
    const results = await indexBatch(rest);
    for (const [i, input] of rest.entries()) {
      const outcome = results[i];
      if (!outcome) throw new Error(`The outcome of the product ${input.id} is missing.`);
      outcomes.set(input, outcome);
    }
    if (inputs.some(isTemporary)) throw new StillBusyError();
  };
  try {
    const pauseMs = (error: unknown, failures: number) =>
      error instanceof StillBusyError ? pausesMs[failures - 1] : undefined;
    await retry(indexRest, { pauseMs, signal: stop });
  } catch (error) {
    const isOver = error instanceof StillBusyError || (error === stop.reason && outcomes.size > 0);
    if (!isOver) throw error;
  }
  return [...outcomes.values()];
}
