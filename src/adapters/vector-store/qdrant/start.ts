import { retry } from '../../../async/retry.ts';
import { StartupError } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import type { QdrantApi } from './api.ts';
import { failureOf, isPassing, type QdrantCall, type QdrantFailure } from './call.ts';

const OLDEST_VERSION = [1, 15, 2] as const;
const PAUSE_MS = 250;

/** Whether the server may be there a moment later: what it says while it loads its collections counts too. */
function mayCome(failure: QdrantFailure): boolean {
  return isPassing(failure) || (failure.status ?? 0) >= 500;
}

/** What an operator has to check, in place of what a call failed with. */
function explain(error: unknown, origin: string): unknown {
  const failure = failureOf(error);
  if (failure === undefined) return error;
  const { status, reason } = failure;
  const options = { cause: error };
  if (status === 401 || status === 403) {
    return new StartupError(
      `Qdrant at ${origin} refuses the key (${reason}). Check QDRANT_API_KEY: it must be allowed to create and write collections.`,
      options,
    );
  }
  return mayCome(failure)
    ? new StartupError(
        `Qdrant at ${origin} cannot be reached (${reason}). Check that it runs and that QDRANT_URL is right.`,
        options,
      )
    : new StartupError(`Qdrant at ${origin} refuses a request of the start: ${reason}. Check QDRANT_URL.`, options);
}

/**
 * Runs `open` until it succeeds: at a start of several containers Qdrant may come up after this server. `open` may run
 * more than once. Throws StartupError when the server refuses, or is not there within `startTimeoutMs`;
 * the reason of `signal` when that is aborted.
 */
export async function whenReachable<Opened>(
  open: () => Promise<Opened>,
  options: { origin: string; startTimeoutMs: number; logger: Logger; signal?: AbortSignal | undefined },
): Promise<Opened> {
  const { origin, startTimeoutMs, logger, signal } = options;
  try {
    return await retry(open, {
      pauseMs: (error) => {
        const failure = failureOf(error);
        return failure !== undefined && mayCome(failure) ? PAUSE_MS : undefined;
      },
      timeoutMs: startTimeoutMs,
      signal,
      onRetry: (error, _pauseMs, failures) => {
        if (failures > 1) return;
        logger.warn(`Qdrant at ${origin} is not there yet (${failureOf(error)?.reason}); waiting for it.`);
      },
    });
  } catch (error) {
    throw explain(error, origin);
  }
}

function isRecentEnough(version: string): boolean {
  const numbers = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  const differences = OLDEST_VERSION.map((oldest, index) => (numbers[index] ?? -1) - oldest);
  return (differences.find((difference) => difference !== 0) ?? 0) >= 0;
}

/** Refuses a server that is too old, or that is no Qdrant. Throws StartupError. */
export async function checkVersion(api: QdrantApi, call: QdrantCall, origin: string): Promise<void> {
  const version: unknown = await call('version', async (signal) => {
    const { data } = await api.root({}, { signal });
    return { data: { result: data.version ?? '' } };
  });
  if (typeof version !== 'string' || !/^v?\d/.test(version)) {
    throw new StartupError(`What answers at ${origin} is not Qdrant. Check QDRANT_URL.`);
  }
  if (!isRecentEnough(version)) {
    const oldest = OLDEST_VERSION.join('.');
    throw new StartupError(
      `Qdrant at ${origin} has version ${version}. Vitrine needs ${oldest} or later. Upgrade Qdrant.`,
    );
  }
}
