import { QdrantClientResourceExhaustedError } from '@qdrant/js-client-rest';
import { backOff, retry } from '../../../async/retry.ts';
import { type AppError, vectorStoreUnavailable } from '../../../errors.ts';

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

/**
 * What went wrong with one request. `status` is there when the server answered, `retryAfterMs` when it said how long to
 * wait. `connection` tells a socket that the server had closed, which is worth sending again at once, from a server that
 * cannot be reached.
 */
export interface QdrantFailure {
  status?: number;
  retryAfterMs?: number;
  connection?: 'closed' | 'failed';
  /** For the log and for errors at start: the server's own words, or the system's. */
  reason: string;
}

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

const WORTH_ANOTHER_TRY = new Set([429, 502, 503, 504]);

/** Whether the same request may succeed a moment later. */
export function isPassing({ status, connection }: QdrantFailure): boolean {
  return connection !== undefined || (status !== undefined && WORTH_ANOTHER_TRY.has(status));
}

const CLOSED_SOCKET = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Every error in a chain of causes, outermost first, with the parts of an AggregateError. */
function chainOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const parts = error instanceof AggregateError ? error.errors.flatMap(chainOf) : [];
  return [error, ...parts, ...chainOf(error.cause)];
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The error text of an answer: `{"status":{"error":"…"}}`, or a bare string where the key is wrong. */
function wordsOf(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  if (typeof data !== 'object' || data === null || !('status' in data)) return undefined;
  const { status } = data;
  const hasWords = typeof status === 'object' && status !== null && 'error' in status;
  return hasWords && typeof status.error === 'string' ? status.error : undefined;
}

/** Reads what the client rejected with. */
function readFailure(error: unknown): QdrantFailure {
  if (error instanceof QdrantClientResourceExhaustedError) {
    return { status: 429, retryAfterMs: error.retry_after * 1000, reason: 'too many requests' };
  }
  if (!(error instanceof Error)) return { reason: String(error) };
  if ('status' in error && typeof error.status === 'number') {
    const words = 'data' in error ? wordsOf(error.data) : undefined;
    return { status: error.status, reason: words ?? `status ${error.status} ${error.message}`.trim() };
  }
  // fetch rejects with a TypeError for all that happens below HTTP; its cause says what.
  if (!(error instanceof TypeError) || error.cause === undefined) return { reason: error.message };
  const causes = chainOf(error.cause);
  const isClosed = causes.some((cause) => CLOSED_SOCKET.has(codeOf(cause) ?? ''));
  const reason = causes.map((cause) => cause.message || codeOf(cause)).filter(Boolean)[0];
  return { connection: isClosed ? 'closed' : 'failed', reason: reason ?? error.message };
}

/** Words for the API's caller, who can do nothing about it but wait or tell the shop. */
function describe(error: QdrantCallError): AppError {
  const { failure } = error;
  if (failure.status === 401 || failure.status === 403) {
    return vectorStoreUnavailable('The vector store refuses the key that this server shows it.', error);
  }
  if (isPassing(failure)) return vectorStoreUnavailable('The vector store cannot be reached; try again later.', error);
  if (/no space left on device/i.test(failure.reason)) {
    return vectorStoreUnavailable('The disk of the vector store is full.', error);
  }
  return vectorStoreUnavailable('The vector store could not carry out the request.', error);
}

const PAUSES = { firstMs: 100, maxMs: 1000, tries: 5 };

/**
 * How long to wait before another try: not at all after the first socket that the server had closed (it closes one that
 * was idle for 5 s, so the request most likely never arrived), else as the server says and a random pause besides.
 */
function pauseAfter(failure: QdrantFailure, failures: number, random?: () => number): number | undefined {
  if (!isPassing(failure)) return undefined;
  if (failure.connection === 'closed' && failures === 1) return 0;
  const pause = backOff(failures, { ...PAUSES, random });
  return pause === undefined ? undefined : (failure.retryAfterMs ?? 0) + pause;
}

function resultOf<Result>({ data }: { data: { result?: Result } }): NonNullable<Result> {
  if (data.result === undefined || data.result === null) throw new Error('The answer has no result.');
  return data.result;
}

/**
 * Creates what sends every request. A request that a passing failure met is sent again, within the call's one timeout;
 * all requests of this adapter may be sent twice without doing anything twice.
 */
export function createQdrantCall(options: { timeoutMs: number; random?: () => number }): QdrantCall {
  return async (operation, send, { signal, timeoutMs = options.timeoutMs } = {}) => {
    const attempt = async (either: AbortSignal) => {
      try {
        return resultOf(await send(either));
      } catch (error) {
        const failure: QdrantFailure = either.aborted
          ? { connection: 'failed', reason: `no answer in ${timeoutMs} ms` }
          : readFailure(error);
        throw new QdrantCallError(operation, failure, { cause: error });
      }
    };
    const pauseMs = (error: unknown, failures: number): number | undefined =>
      error instanceof QdrantCallError ? pauseAfter(error.failure, failures, options.random) : undefined;
    try {
      return await retry(attempt, { pauseMs, timeoutMs, signal });
    } catch (error) {
      throw error instanceof QdrantCallError ? describe(error) : error;
    }
  };
}
