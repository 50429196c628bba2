import { EnvHttpProxyAgent, fetch, type Response as HubResponse } from 'undici';
import { backOff, retry } from '../../async/retry.ts';
import { StartupError } from '../../errors.ts';
import { HubProtocolError, HubResponseError, isTransient, toHubError } from './hub-errors.ts';
import { type HubFile, hubFileSchema } from './wanted-files.ts';

/** The Hub and how to treat it. */
export interface HubAccess {
  /** `https://huggingface.co` or a mirror of it, without a slash at the end. */
  endpoint: string;
  /** Sent as Authorization: Bearer, to the endpoint's own host only. */
  token?: string | undefined;
  /** Tries of a request and the pauses between them. */
  tries?: { firstMs: number; maxMs: number; tries: number } | undefined;
  /** How long a connection may be silent. */
  silenceMs?: number | undefined;
}

/** The Hub during one download. */
export interface Hub {
  readonly endpoint: string;
  /**
   * Asks for a URL. The answer is always 2xx: anything else throws HubResponseError. The token goes to the endpoint's
   * origin and nowhere else: not to another address that an answer names, and not along with a redirect to another
   * origin (fetch drops Authorization there).
   */
  get(url: string, headers?: Record<string, string>): Promise<HubResponse>;
  /**
   * Runs work until it succeeds, fails for good or has failed too often. Counting begins again after a try that
   * `progressed`. What fails on the way to the Hub comes back as HubUnreachableError.
   */
  retrying<T>(work: () => Promise<T>, progressed?: () => boolean): Promise<T>;
}

const TRIES = { firstMs: 1000, maxMs: 8000, tries: 5 };
const SILENCE_MS = 30_000;
/** A longer wait than this is for people to decide on. */
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Opens the Hub, through a proxy where HTTPS_PROXY or HTTP_PROXY names one. `onRetry` is told before each pause. Aborting
 * `signal` ends everything with its reason. Throws StartupError for a token that cannot be sent.
 */
export function openHub(
  { endpoint, token, tries = TRIES, silenceMs = SILENCE_MS }: HubAccess,
  { signal, onRetry }: { signal?: AbortSignal | undefined; onRetry(problem: string, pauseMs: number): void },
): Hub {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new StartupError('HF_TOKEN has characters that no token has, perhaps a blank. Copy it again.');
  }
  const home = new URL(endpoint).origin;
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: silenceMs, bodyTimeout: silenceMs });
  return {
    endpoint,
    async get(url, headers) {
      const isHome = token !== undefined && new URL(url).origin === home;
      const authorization = isHome ? { authorization: `Bearer ${token}` } : {};
      const response = await fetch(url, {
        headers: { ...headers, ...authorization },
        signal: signal ?? null,
        dispatcher,
      });
      if (response.ok) return response;
      await response.body?.cancel();
      throw new HubResponseError(response);
    },
    retrying(work, progressed) {
      let forgiven = 0;
      const attempt = () => work().catch((error: unknown) => Promise.reject(toHubError(error)));
      return retry(attempt, {
        signal,
        pauseMs(error, failures) {
          if (progressed?.()) forgiven = failures - 1;
          const pause = backOff(failures - forgiven, tries);
          const asked = (error instanceof HubResponseError && error.retryAfterMs) || 0;
          if (pause === undefined || !isTransient(error) || asked > MAX_RETRY_AFTER_MS) return undefined;
          return Math.max(pause, asked);
        },
        onRetry: (error, pauseMs) => onRetry(error instanceof Error ? error.message : String(error), pauseMs),
      });
    },
  };
}

/**
 * Asks which commit a branch, tag or commit is, and for the files of that commit, by path; those of which the Hub gives no
 * checksum are left out. Throws HubResponseError, HubUnreachableError, or HubProtocolError for answers that are no Hub's.
 */
export async function readRemoteModel(
  hub: Hub,
  id: string,
  revision: string,
): Promise<{ revision: string; files: ReadonlyMap<string, HubFile> }> {
  // Only here: a server whose model is on disk does not need the client.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const access = {
    hubUrl: hub.endpoint,
    fetch: async (...[url, init]: Parameters<typeof globalThis.fetch>) => {
      const headers = Object.fromEntries(new Headers(init?.headers));
      const answer = await hub.get(url instanceof Request ? url.url : String(url), headers);
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
    },
  };
  const ask = <T>(question: () => Promise<T>) =>
    hub.retrying(() =>
      question().catch((error: unknown) => {
        const isKnown = error instanceof HubResponseError || toHubError(error) !== error;
        // What is wrong with the answer, the client notices in many ways.
        throw isKnown ? error : new HubProtocolError(error);
      }),
    );

  const { sha } = await ask(() => modelInfo({ ...access, name: id, revision, additionalFields: ['sha'] }));
  if (!/^[0-9a-f]+$/.test(sha)) throw new HubProtocolError('it names no commit');
  const files = new Map<string, HubFile>();
  await ask(async () => {
    for await (const entry of listFiles({ ...access, repo: id, revision: sha, recursive: true })) {
      // Large files are named by their sha256, the others by git.
      const { path, size, oid, lfs } = entry;
      const checksum = lfs ? `sha256:${lfs.oid.replace(/^sha256:/, '')}` : `git-sha1:${oid}`;
      const file = hubFileSchema.safeParse({ path, size: lfs?.size ?? size, checksum }).data;
      if (file && entry.type === 'file') files.set(path, file);
    }
  });
  return { revision: sha, files };
}
