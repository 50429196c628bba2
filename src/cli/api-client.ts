import { z } from 'zod';
import { backOff, retry } from '../async/retry.ts';
import { AppError, ERROR_CODES, StartupError } from '../errors.ts';

/** Runs GraphQL documents on a Vitrine server. */
export interface ApiClient {
  /** Throws UnreachableError unless a server answers there, now. */
  ping(): Promise<void>;
  /**
   * The data of the answer, in the shape that `schema` describes. A server that is busy or away for a moment is tried
   * again. Throws AppError with the code that the server gave, StartupError when there is no server to talk to.
   */
  run<T>(document: string, variables: Record<string, unknown>, schema: z.ZodType<T>): Promise<T>;
}

/** Nothing answers at the address. */
export class UnreachableError extends StartupError {
  constructor(url: string, cause: unknown) {
    const reason = describeCause(cause);
    const advice = 'Start a server with `npm start`, or give the address of one with --url.';
    super(`No server answers at ${url} (${reason}). ${advice}`, { cause });
    this.name = 'UnreachableError';
  }
}

const MAX_TRIES_WHILE_BUSY = 20;
const MAX_TRIES_WHILE_AWAY = 4;
const MAX_PAUSE_MS = 60_000;

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z
          .object({
            code: z.enum(ERROR_CODES).catch('INTERNAL_SERVER_ERROR'),
            retryAfter: z.number().optional().catch(undefined),
          })
          .catch({ code: 'INTERNAL_SERVER_ERROR' }),
      }),
    )
    .optional(),
});

/**
 * Creates a client for the GraphQL endpoint `url`, which `send` reaches: fetch, or a server's own in this process. `key`
 * is shown as `Authorization: Bearer`. Aborting `stop` ends the waiting for a busy server, with its reason, and not a
 * request that is under way; what is asked after that is tried once.
 */
export function createApiClient(options: {
  url: string;
  send?: (url: string, init: RequestInit) => Promise<Response>;
  key?: string | undefined;
  stop?: AbortSignal | undefined;
  /** Milliseconds before a server that is away is tried again, about twice as many after every try. */
  firstPauseMs?: number;
}): ApiClient {
  const { url, send = fetch, key, stop, firstPauseMs = 1000 } = options;

  async function post(query: string, variables: Record<string, unknown>): Promise<unknown> {
    const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
    const body = JSON.stringify({ query, variables });
    let response: Response;
    let text: string;
    try {
      response = await send(url, { method: 'POST', headers, body });
      text = await response.text();
    } catch (error) {
      throw new UnreachableError(url, error);
    }
    return readAnswer(url, response, text);
  }

  function postPatiently(query: string, variables: Record<string, unknown>, triesWhileAway: number) {
    // What is under way is finished: sent, once, and not waited for.
    if (stop?.aborted) return post(query, variables);
    return retry(() => post(query, variables), {
      signal: stop,
      pauseMs(error, failures) {
        const away = error instanceof UnreachableError;
        if (!away && !isBusy(error)) return undefined;
        const pause = backOff(failures, {
          firstMs: firstPauseMs,
          maxMs: MAX_PAUSE_MS,
          tries: away ? triesWhileAway : MAX_TRIES_WHILE_BUSY,
        });
        const askedSeconds = error instanceof AppError ? error.details.retryAfter : undefined;
        return pause === undefined || askedSeconds === undefined ? pause : Math.min(askedSeconds * 1000, MAX_PAUSE_MS);
      },
    });
  }

  return {
    async ping() {
      await postPatiently('{ __typename }', {}, 1);
    },
    async run(document, variables, schema) {
      const parsed = schema.safeParse(await postPatiently(document, variables, MAX_TRIES_WHILE_AWAY));
      if (parsed.success) return parsed.data;
      throw new StartupError(`${url} answers in another way than this version of Vitrine does.`, {
        cause: parsed.error,
      });
    },
  };
}

function readAnswer(url: string, response: Response, text: string): unknown {
  const parsed = answerSchema.safeParse(parseJson(text));
  const error = parsed.data?.errors?.[0];
  if (error) {
    const { code, retryAfter } = error.extensions;
    throw new AppError(code, error.message, retryAfter === undefined ? {} : { retryAfter });
  }
  if (parsed.data?.data !== undefined) return parsed.data.data;
  if (response.status === 503 || response.status === 429) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const details = Number.isFinite(seconds) ? { retryAfter: seconds } : {};
    throw new AppError('OVERLOADED', `${url} is not ready: ${text.trim().slice(0, 200)}`, details);
  }
  const advice = 'Check the address; it usually ends in /graphql.';
  throw new StartupError(
    `${url} answers with HTTP status ${response.status}, but not as a Vitrine server does. ${advice}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'RATE_LIMITED' || error.code === 'OVERLOADED');
}

/** fetch hides what happened in `cause`. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? describeCause(error.cause) : error.message;
}
