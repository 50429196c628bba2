import { setTimeout as sleep } from 'node:timers/promises';
import { type AppError, vectorStoreUnavailable } from '../../../errors.ts';
import { isPassing, type QdrantFailure, readFailure } from './failure.ts';

interface CallOptions {
  /** Aborting rejects the call with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** How long the call may take with all its tries; default that of the caller. */
  timeoutMs?: number | undefined;
}

/**
 * Carries out one request: `send` gets the signal that ends it. Resolves to the `result` of the answer. Rejects with the
 * reason of `options.signal`, or with AppError VECTOR_STORE_UNAVAILABLE whose `cause` names the operation and the
 * server's words; `failureOf` reads it.
 */
export type QdrantCall = <Result>(
  operation: string,
  send: (signal: AbortSignal) => Promise<{ data: { result?: Result } }>,
  options?: CallOptions,
) => Promise<NonNullable<Result>>;

/** The cause of an AppError that a call rejected with. */
class QdrantCallError extends Error {
  readonly failure: QdrantFailure;

  constructor(operation: string, failure: QdrantFailure, options?: ErrorOptions) {
    super(`Qdrant, ${operation}: ${failure.reason}`, options);
    this.name = 'QdrantCallError';
    this.failure = failure;
  }
}

/** What went wrong with a call, if `error` is what it rejected with. */
export function failureOf(error: unknown): QdrantFailure | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof QdrantCallError ? cause.failure : undefined;
}

const TIMED_OUT = { connection: 'failed' } as const;

function resultOf<Result>({ data }: { data: { result?: Result } }): NonNullable<Result> {
  if (data.result === undefined || data.result === null) throw new Error('The answer has no result.');
  return data.result;
}

const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** Words for the API's caller, who can do nothing about it but wait or tell the shop. */
function describe(operation: string, failure: QdrantFailure, error: unknown): AppError {
  const cause = new QdrantCallError(operation, failure, { cause: error });
  if (failure.status === 401 || failure.status === 403) {
    return vectorStoreUnavailable('The vector store refuses the key that this server shows it.', cause);
  }
  if (isPassing(failure)) return vectorStoreUnavailable('The vector store cannot be reached; try again later.', cause);
  return vectorStoreUnavailable('The vector store could not carry out the request.', cause);
}

/**
 * How long to wait before another try: not at all after the first socket that the server had closed (it closes one that
 * was idle for 5 s, so the request most likely never arrived), else a random part of a span that doubles ("full jitter",
 * so that replicas do not come back all at once). Undefined: no other try.
 */
function pauseMs(failure: QdrantFailure, tries: number, random: () => number): number | undefined {
  if (tries >= MAX_TRIES || !isPassing(failure)) return undefined;
  if (failure.connection === 'closed' && tries === 1) return 0;
  return (failure.retryAfterMs ?? 0) + random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
}

/**
 * Creates what sends every request. A request that a passing failure met is sent again, within the call's one timeout;
 * all requests of this adapter may be sent twice without doing anything twice.
 */
export function createQdrantCall(options: { timeoutMs: number; random?: () => number }): QdrantCall {
  const random = options.random ?? Math.random;
  return async (operation, send, { signal, timeoutMs = options.timeoutMs } = {}) => {
    const startedAt = performance.now();
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      try {
        return resultOf(await send(either));
      } catch (error) {
        signal?.throwIfAborted();
        if (deadline.aborted)
          throw describe(operation, { ...TIMED_OUT, reason: `no answer in ${timeoutMs} ms` }, error);
        const failure = readFailure(error);
        const pause = pauseMs(failure, tries, random);
        if (pause === undefined || performance.now() - startedAt + pause >= timeoutMs) {
          throw describe(operation, failure, error);
        }
        await sleep(pause, undefined, { signal: either }).catch(() => undefined);
      }
    }
  };
}
