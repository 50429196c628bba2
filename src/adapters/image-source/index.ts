import type { ByteBudget } from '../../async/byte-budget.ts';
import { createWorkQueue } from '../../async/work-queue.ts';
import { AppError, overloaded } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { requireImage } from '../../model/image/kind.ts';
import { createGuardedAgent } from './address-guard.ts';
import { decodeDataUrl, isDataUrl } from './data-url.ts';
import { fetchImage } from './fetch-image.ts';
import { tooLarge, tooSlow, unreachable } from './image-errors.ts';
import { readOwnImage } from './own-images.ts';
import type { ReceivedImages } from './received-images.ts';
import { createHostResolver, type ResolveHost } from './resolve-host.ts';
import type { ImageSource, LoadOptions } from './types.ts';
import { checkUrl, parseAllowedHosts, parseImageUrl } from './url-rules.ts';

/** Images fetched at a time, and how many may wait for that, for each priority. A fetch is a socket that mostly waits. */
const PLACES = { concurrency: 64, maxWaiting: 512 };
/** Of these, what one caller may have: a shop's own server may speak for all its customers. */
const PER_CALLER = { maxRunning: 24, maxWaiting: 256 };
/** And what goes to one host: 192 images of a host that never answers kept everybody else waiting for 50 s. */
const PER_HOST = { maxRunning: 12, maxWaiting: 128 };

/** With less time left than this, a fetch is not begun. */
const SHORTEST_FETCH_MS = 10;

export interface ImageSourceOptions {
  /** Of the encoded image. */
  maxBytes: number;
  /** For one image, from the call to its last byte: its turn, DNS, redirects, the second try. */
  timeoutMs: number;
  /** Entries of IMAGE_ALLOWED_HOSTS (url-rules.ts); empty: every public host. They never allow private addresses. */
  allowedHosts: readonly string[];
  allowPrivateNetwork: boolean;
  /** The file behind a URL of our own, which is read and never fetched; undefined for every other URL. */
  ownImages: (url: URL) => string | undefined;
  /** The images that came with requests. */
  receivedImages: Pick<ReceivedImages, 'find'>;
  /** What images on their way take their memory from. */
  memory: ByteBudget;
  logger: Logger;
  /** Where host names are looked up; default: as the system does it. */
  resolveHost?: ResolveHost;
}

/** An image that waits for its turn, or is being fetched. */
interface Fetching {
  url: URL;
  caller: string | undefined;
  /** By `performance.now`. */
  endsAt: number;
  hasTurn: boolean;
}

/**
 * Creates the image source. Each image is guarded as url-rules.ts and address-guard.ts say. Searches are served before
 * indexing; callers take turns; no host and no caller gets all places. Throws StartupError when `allowedHosts` has an entry
 * that is not a host. A load that is aborted rejects with its signal's reason; everything else that goes wrong is an
 * AppError.
 */
export function createImageSource(options: ImageSourceOptions): ImageSource {
  const { maxBytes, timeoutMs, allowPrivateNetwork, memory, logger } = options;
  const rules = { allowedHosts: parseAllowedHosts(options.allowedHosts), allowPrivateNetwork };
  const resolveHost = options.resolveHost ?? createHostResolver({ useSearchDomains: allowPrivateNetwork });
  const dispatcher = createGuardedAgent({ resolveHost, allowPrivateNetwork, timeoutMs });
  const closing = new AbortController();
  const queue = createWorkQueue({
    run: (images: readonly Fetching[], signals) =>
      Promise.all(images.map((image, index) => fetchNow(image, signals[index] ?? closing.signal))),
    ...PLACES,
    perKey: [PER_CALLER, PER_HOST],
    refuse: (reason, waitSeconds) => (reason === 'full' ? tooMany(waitSeconds) : shuttingDown()),
  });

  async function fetchNow(image: Fetching, signal: AbortSignal): Promise<Uint8Array> {
    // Places come free when the deadline ends those who had them: too late for who has waited as long.
    if (image.endsAt - performance.now() < SHORTEST_FETCH_MS) throw tooMany(1);
    image.hasTurn = true;
    using held = memory.take(0, image.caller);
    return await fetchImage({ dispatcher, rules, maxBytes, held }, image.url, { signal, endsAt: image.endsAt });
  }

  async function fetchInTurn(url: URL, { priority, caller, signal: callerSignal }: LoadOptions): Promise<Uint8Array> {
    const image = { url, caller, endsAt: performance.now() + timeoutMs, hasTurn: false };
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(image.hasTurn ? tooSlow(timeoutMs) : tooMany(1)), timeoutMs);
    const given = [callerSignal, closing.signal, deadline.signal];
    const signal = AbortSignal.any(given.filter((one) => one !== undefined));
    try {
      return await queue.submit(image, { priority, keys: [`caller ${caller}`, `host ${url.host}`], signal });
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
    async load(text, given = {}) {
      given.signal?.throwIfAborted();
      if (isDataUrl(text)) return readReceived(options.receivedImages.find(text) ?? text, maxBytes);
      const url = parseImageUrl(text);
      const file = options.ownImages(url);
      if (file !== undefined) return readOwnImage(file, { maxBytes, signal: given.signal });
      // Before the turn as well: what is forbidden anyway need not wait for one.
      checkUrl(url, rules);
      return fetchInTurn(url, given);
    },
    async close() {
      closing.abort(shuttingDown());
      await queue.close();
      await dispatcher.destroy();
    },
  };
}

/** An image that came with the request: a data: URL, or the bytes of a file. */
function readReceived(image: string | Uint8Array, maxBytes: number): Uint8Array {
  if (typeof image === 'string') return decodeDataUrl(image, maxBytes);
  if (image.length > maxBytes) throw tooLarge(maxBytes);
  requireImage(image, 'The file');
  return image;
}

function tooMany(waitSeconds: number): AppError {
  return overloaded(
    'Too many images are being fetched, from this host or for this caller. Try again later.',
    waitSeconds,
  );
}

function shuttingDown(): AppError {
  return unreachable('The server is shutting down; try again later.');
}
