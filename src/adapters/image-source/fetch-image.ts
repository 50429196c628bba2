import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { abortable } from '../../async/abortable.ts';
import { retry } from '../../async/retry.ts';
import { AppError } from '../../errors.ts';
import { requireImage, SNIFF_BYTES } from '../../model/image/kind.ts';
import { connectionFailure, PassingFailure, statusFailure, tooLarge, unreachable } from './image-errors.ts';
import { checkUrl, redirectTarget, type UrlRules } from './url-rules.ts';

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const HOLDER = "The image's address";
const REQUEST_HEADERS = {
  accept: 'image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff;q=0.9,image/*;q=0.5',
  'accept-encoding': 'identity',
  'user-agent': 'Vitrine (product images)',
};

type Body = Dispatcher.ResponseData['body'];

export interface FetchSettings {
  /** Opens the connections; the addresses are its business (address-guard.ts). */
  dispatcher: Dispatcher;
  rules: UrlRules;
  maxBytes: number;
  /** Grows with what arrives; what it throws when there is no room ends the fetch. */
  held: { grow(bytes: number): void };
}

/**
 * Fetches an image over http(s): at most three redirects, each checked like the first URL; one second try when the
 * connection fails or the answer is 429 or 5xx and there is time for it before `endsAt` (by `performance.now`). The end
 * itself is the business of `signal`.
 *
 * Rejects with AppError IMAGE_UNREACHABLE, IMAGE_FORBIDDEN, IMAGE_TOO_LARGE or IMAGE_UNREADABLE, or with the reason of
 * `signal` when that is aborted.
 */
export function fetchImage(
  settings: FetchSettings,
  url: URL,
  { signal, endsAt }: { signal: AbortSignal; endsAt: number },
): Promise<Uint8Array> {
  return retry(() => followRedirects(settings, url, signal), {
    signal,
    pauseMs: (error, failures) =>
      error instanceof PassingFailure && failures === 1 && performance.now() + error.pauseMs < endsAt
        ? error.pauseMs
        : undefined,
  });
}

async function followRedirects(settings: FetchSettings, start: URL, signal: AbortSignal): Promise<Uint8Array> {
  checkUrl(start, settings.rules);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const outcome = await request(settings, url, signal);
    if (typeof outcome !== 'string') return outcome;
    url = redirectTarget(url, outcome, settings.rules);
  }
  throw unreachable(`${HOLDER} redirects more than ${MAX_REDIRECTS} times; use its final URL.`);
}

/** One request: the image, or the Location of a redirect. */
async function request(
  { dispatcher, maxBytes, held }: FetchSettings,
  url: URL,
  signal: AbortSignal,
): Promise<Uint8Array | string> {
  let body: Body | undefined;
  const ask = async () => {
    const path = `${url.pathname}${url.search}`;
    const answer = dispatcher.request({ origin: url.origin, path, method: 'GET', headers: REQUEST_HEADERS, signal });
    const response = await answer;
    // It may come when nobody waits any more.
    if (signal.aborted) discard(response.body);
    return response;
  };
  try {
    // undici heeds the signal only once a socket is open: with a slow DNS or a host that swallows packets, a caller
    // would wait on. The attempt ends by itself (connect timeout).
    const response = await abortable(ask, signal);
    const { statusCode, headers } = response;
    body = response.body;
    if (REDIRECTS.has(statusCode)) return locationOf(headers.location, statusCode);
    if (statusCode < 200 || statusCode > 299) throw statusFailure(statusCode, headers['retry-after']);
    return await readImage(body, headers, maxBytes, held);
  } catch (error) {
    throw error instanceof AppError ? error : connectionFailure(error);
  } finally {
    discard(body);
  }
}

/** Cuts off whatever was not read to its end: nothing keeps a socket open for a body that nobody wants. */
function discard(body: Body | undefined): void {
  body?.on('error', () => {}).destroy();
}

function locationOf(location: string | string[] | undefined, statusCode: number): string {
  if (typeof location === 'string') return location;
  throw unreachable(`${HOLDER} answered with HTTP status ${statusCode} but does not say where the image is.`);
}

/**
 * Reads the body of an answer into memory, at most `maxBytes` of it. It stops at the first bytes that show that this is
 * no image. Content-Length can only make it stop earlier: what counts are the bytes that arrive.
 *
 * A compressed body is refused, not unpacked: images are compressed already, none was asked for, and so a small
 * answer can never grow.
 */
async function readImage(
  body: Body,
  headers: IncomingHttpHeaders,
  maxBytes: number,
  held: FetchSettings['held'],
): Promise<Uint8Array> {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') {
    throw new AppError(
      'IMAGE_UNREADABLE',
      `${HOLDER} sends a compressed body (Content-Encoding) that was not asked for; serve images without it.`,
    );
  }
  if (Number(headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of body) {
    const before = received;
    received += chunk.length;
    if (received > maxBytes) throw tooLarge(maxBytes);
    // Twice: in pieces, and put together in the end.
    held.grow(2 * chunk.length);
    chunks.push(chunk);
    if (before < SNIFF_BYTES && received >= SNIFF_BYTES) requireImage(Buffer.concat(chunks), HOLDER);
  }
  const bytes = Buffer.concat(chunks, received);
  requireImage(bytes, HOLDER);
  return bytes;
}
