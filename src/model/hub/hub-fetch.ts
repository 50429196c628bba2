import { StartupError } from '../../errors.ts';
import { HubResponseError, HubUnreachableError } from './hub-errors.ts';

/** The Hub and how to treat it. */
export interface HubAccess {
  /** `https://huggingface.co` or a mirror of it, without a slash at the end. */
  endpoint: string;
  /** Sent as Authorization: Bearer, to the endpoint's own host only. */
  token?: string | undefined;
  /** Pauses between tries. */
  retryDelaysMs?: readonly number[] | undefined;
  /** How long a connection may be silent. */
  stallMs?: number | undefined;
}

const STALL_MS = 30_000;

/**
 * A fetch for the Hub. The token goes to the endpoint's origin and nowhere else: not to another address that an answer
 * names, and not along with a redirect to another origin (fetch drops Authorization there). The answer is always 2xx:
 * anything else throws HubResponseError; a connection that fails or stays silent throws HubUnreachableError, while the
 * body is read, too. Throws StartupError for a token that cannot be sent.
 */
export function createHubFetch(hub: HubAccess, signal?: AbortSignal): typeof fetch {
  const { endpoint, token, stallMs = STALL_MS } = hub;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new StartupError('HF_TOKEN has characters that no token has, perhaps a blank. Copy it again.');
  }
  const home = new URL(endpoint).origin;

  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = new Headers(init.headers);
    if (token !== undefined && new URL(url).origin === home) headers.set('authorization', `Bearer ${token}`);
    const watch = createWatch(stallMs, signal);
    try {
      const response = await fetch(input, { ...init, headers, signal: watch.signal });
      if (!response.ok) {
        await response.body?.cancel();
        throw new HubResponseError(response);
      }
      return watched(response, watch);
    } catch (error) {
      watch.end();
      throw toHubError(error, watch);
    }
  };
}

/** Aborts when nothing has arrived for a while, or when `outer` aborts. */
interface Watch {
  signal: AbortSignal;
  stalled(): boolean;
  alive(): void;
  end(): void;
  outer: AbortSignal | undefined;
}

function createWatch(stallMs: number, outer: AbortSignal | undefined): Watch {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Error(`nothing arrived for ${stallMs / 1000} s`)), stallMs);
  return {
    signal: outer ? AbortSignal.any([outer, stall.signal]) : stall.signal,
    stalled: () => stall.signal.aborted,
    alive: () => timer.refresh(),
    end: () => clearTimeout(timer),
    outer,
  };
}

/** The same response, whose body keeps the watch awake and fails with a HubUnreachableError. */
function watched(response: Response, watch: Watch): Response {
  const reader = response.body?.getReader();
  if (!reader) {
    watch.end();
    return response;
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        watch.alive();
        if (!done) return controller.enqueue(value);
        watch.end();
        controller.close();
      } catch (error) {
        watch.end();
        controller.error(toHubError(error, watch));
      }
    },
    async cancel(reason) {
      watch.end();
      await reader.cancel(reason);
    },
  });
  return new Response(body, response);
}

function toHubError(error: unknown, { outer, stalled, signal }: Watch): unknown {
  if (outer?.aborted || error instanceof HubResponseError) return error;
  const cause = stalled() ? signal.reason : error;
  const { message, code } = innermost(cause);
  const transient = !/^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_INVALID)/.test(code);
  return new HubUnreachableError(message, { cause: error, transient });
}

/** fetch says "fetch failed"; its causes say why. */
function innermost(error: unknown): { message: string; code: string } {
  if (!(error instanceof Error)) return { message: String(error), code: '' };
  if (error.cause instanceof Error) return innermost(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  const code = 'code' in error ? String(error.code) : '';
  return { message: error.message || code, code };
}
