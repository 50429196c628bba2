import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { type ResolveHost, resolveWithSystem } from './address-guard.ts';
import { parseAllowedHosts } from './allowed-hosts.ts';
import { decodeDataUrl, isDataUrl } from './data-url.ts';
import { unreachable } from './fetch-errors.ts';
import { fetchPicture } from './fetch-picture.ts';
import { createGuardedAgent } from './guarded-agent.ts';
import { readOwnPicture } from './own-file.ts';
import { createSlots } from './slots.ts';
import type { ImageSource } from './types.ts';
import { checkUrl, parsePictureUrl } from './url-rules.ts';

export interface ImageSourceOptions {
  /** Of the encoded picture. */
  maxBytes: number;
  /** For one picture, from its first DNS question to its last byte; waiting for a free place is not counted. */
  timeoutMs: number;
  /** Entries of IMAGE_ALLOWED_HOSTS (allowed-hosts.ts); empty: every public host. They never allow private addresses. */
  allowedHosts: readonly string[];
  allowPrivateNetwork: boolean;
  /** The file behind a URL of our own, which is read and never fetched; undefined for every other URL. */
  ownPictures: (url: URL) => string | undefined;
  /** How many pictures are fetched at the same time. */
  maxConcurrent: number;
  logger: Logger;
  /** Where host names are looked up; default: the system's resolver. */
  resolveHost?: ResolveHost;
}

/**
 * Creates the image source. Each picture is guarded as url-rules.ts, address-guard.ts and read-picture.ts say. Throws
 * StartupError when `allowedHosts` has an entry that is not a host. A load that is aborted rejects with its signal's
 * reason; everything else that goes wrong is an AppError.
 */
export function createImageSource(options: ImageSourceOptions): ImageSource {
  const { maxBytes, timeoutMs, allowPrivateNetwork, maxConcurrent, logger } = options;
  const rules = { allowedHosts: parseAllowedHosts(options.allowedHosts), allowPrivateNetwork };
  const resolveHost = options.resolveHost ?? resolveWithSystem;
  const dispatcher = createGuardedAgent({ resolveHost, allowPrivateNetwork, timeoutMs });
  const slots = createSlots(maxConcurrent);
  const closing = new AbortController();

  const fetchInTurn = async (url: URL, callerSignal: AbortSignal | undefined): Promise<Uint8Array> => {
    const signal = callerSignal ? AbortSignal.any([callerSignal, closing.signal]) : closing.signal;
    const release = await slots.acquire(signal);
    try {
      return await fetchPicture({ dispatcher, rules, maxBytes, timeoutMs }, url, signal);
    } catch (error) {
      if (error instanceof AppError) {
        logger.debug({ host: url.host, code: error.code, err: error.cause }, 'A picture could not be had.');
      }
      throw error;
    } finally {
      release();
    }
  };

  return {
    async load(text, { signal } = {}) {
      signal?.throwIfAborted();
      if (isDataUrl(text)) return decodeDataUrl(text, maxBytes);
      const url = parsePictureUrl(text);
      const file = options.ownPictures(url);
      if (file !== undefined) return readOwnPicture(file, { maxBytes, signal });
      // Before the turn as well: what is forbidden anyway need not wait for one.
      checkUrl(url, rules);
      return fetchInTurn(url, signal);
    },
    async close() {
      closing.abort(unreachable('The server is shutting down; try again later.'));
      await dispatcher.destroy();
    },
  };
}
