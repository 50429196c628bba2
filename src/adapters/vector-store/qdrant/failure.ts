import { QdrantClientResourceExhaustedError } from '@qdrant/js-client-rest';

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
export function readFailure(error: unknown): QdrantFailure {
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

const WORTH_ANOTHER_TRY = new Set([429, 502, 503, 504]);

/** Whether the same request may succeed a moment later. */
export function isPassing({ status, connection }: QdrantFailure): boolean {
  return connection !== undefined || (status !== undefined && WORTH_ANOTHER_TRY.has(status));
}
