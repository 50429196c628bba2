import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
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
const MAX_PAUSE_SECONDS = 60;

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
 * Creates a client for the GraphQL endpoint `url`. `key` is shown as `Authorization: Bearer`. Aborting `stop` ends the
 * waiting for a busy server, not a request that is under way.
 */
export function createApiClient(options: {
  url: string;
  key?: string | undefined;
  stop?: AbortSignal | undefined;
  /** Seconds before a server that is away is tried again, times two after every try. */
  firstPauseSeconds?: number;
}): ApiClient {
  const { url, key, stop, firstPauseSeconds = 1 } = options;

  async function post(query: string, variables: Record<string, unknown>): Promise<unknown> {
    const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
    const body = JSON.stringify({ query, variables });
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { method: 'POST', headers, body });
      text = await response.text();
    } catch (error) {
      throw new UnreachableError(url, error);
    }
    return readAnswer(url, response, text);
  }

  async function postPatiently(query: string, variables: Record<string, unknown>, triesWhileAway: number) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await post(query, variables);
      } catch (error) {
        const away = error instanceof UnreachableError;
        if (tries >= (away ? triesWhileAway : MAX_TRIES_WHILE_BUSY) || !(away || isBusy(error))) throw error;
        const asked = error instanceof AppError ? error.details.retryAfter : undefined;
        const seconds = Math.min(asked ?? firstPauseSeconds * 2 ** (tries - 1), MAX_PAUSE_SECONDS);
        await pause(seconds * 1000, undefined, { signal: stop }).catch(() => undefined);
        if (stop?.aborted) throw error;
      }
    }
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
