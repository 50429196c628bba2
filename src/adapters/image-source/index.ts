import { createWorkQueue } from '../../async/work-queue.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { createGuardedAgent, type ResolveHost, resolveWithSystem } from './address-guard.ts';
import { decodeDataUrl, isDataUrl } from './data-url.ts';
import { fetchImage } from './fetch-image.ts';
import { tooSlow, unreachable } from './image-errors.ts';
import { readOwnImage } from './own-images.ts';
import type { ImageSource } from './types.ts';
import { checkUrl, parseAllowedHosts, parseImageUrl } from './url-rules.ts';

export interface ImageSourceOptions {
  /** Of the encoded image. */
  maxBytes: number;
  /** For one image, from its first DNS question to its last byte; waiting for a free place is not counted. */
  timeoutMs: number;
  /** Entries of IMAGE_ALLOWED_HOSTS (allowed-hosts.ts); empty: every public host. They never allow private addresses. */
  allowedHosts: readonly string[];
  allowPrivateNetwork: boolean;
  /** The file behind a URL of our own, which is read and never fetched; undefined for every other URL. */
  ownImages: (url: URL) => string | undefined;
  /** How many images are fetched at the same time. */
  maxConcurrent: number;
  logger: Logger;
  /** Where host names are looked up; default: the system's resolver. */
  resolveHost?: ResolveHost;
}

/**
 * Creates the image source. Each image is guarded as url-rules.ts and address-guard.ts say. Throws
 * StartupError when `allowedHosts` has an entry that is not a host. A load that is aborted rejects with its signal's
 * reason; everything else that goes wrong is an AppError.
 */
export function createImageSource(options: ImageSourceOptions): ImageSource {
  const { maxBytes, timeoutMs, allowPrivateNetwork, maxConcurrent, logger } = options;
  const rules = { allowedHosts: parseAllowedHosts(options.allowedHosts), allowPrivateNetwork };
  const resolveHost = options.resolveHost ?? resolveWithSystem;
  const dispatcher = createGuardedAgent({ resolveHost, allowPrivateNetwork, timeoutMs });
  const closing = new AbortController();
  const shuttingDown = () => unreachable('The server is shutting down; try again later.');
  const queue = createWorkQueue({
    run: (urls: readonly URL[], signals) => Promise.all(urls.map((url, index) => fetchInTime(url, signals[index]))),
    concurrency: maxConcurrent,
    maxWaiting: Number.POSITIVE_INFINITY,
    refuse: shuttingDown,
  });

  async function fetchInTime(url: URL, callerSignal: AbortSignal | undefined): Promise<Uint8Array> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(tooSlow(timeoutMs)), timeoutMs);
    const given = [callerSignal, closing.signal, deadline.signal];
    const signal = AbortSignal.any(given.filter((one) => one !== undefined));
    try {
      const endsAt = performance.now() + timeoutMs;
      return await fetchImage({ dispatcher, rules, maxBytes }, url, { signal, endsAt });
    } catch (error) {
      if (error instanceof AppError) {
        logger.debug({ host: url.host, code: error.code, err: error.cause }, 'An image could not be had.');
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async load(text, { signal } = {}) {
      signal?.throwIfAborted();
      if (isDataUrl(text)) return decodeDataUrl(text, maxBytes);
      const url = parseImageUrl(text);
      const file = options.ownImages(url);
      if (file !== undefined) return readOwnImage(file, { maxBytes, signal });
      // Before the turn as well: what is forbidden anyway need not wait for one.
      checkUrl(url, rules);
      return queue.submit(url, { signal });
    },
    async close() {
      closing.abort(shuttingDown());
      await queue.close();
      await dispatcher.destroy();
    },
  };
}
