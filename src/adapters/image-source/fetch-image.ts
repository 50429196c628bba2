import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { AppError } from '../../errors.ts';
import { judgeConnectionError, judgeStatus, type Setback, tooSlow, unreachable } from './fetch-errors.ts';
import { readImage } from './read-image.ts';
import { checkUrl, redirectTarget, type UrlRules } from './url-rules.ts';

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const REQUEST_HEADERS = {
  accept: 'image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff;q=0.9,image/*;q=0.5',
  'accept-encoding': 'identity',
  'user-agent': 'Vitrine (product images)',
};

export interface FetchSettings {
  /** Opens the connections; the addresses are its business (guarded-agent.ts). */
  dispatcher: Dispatcher;
  rules: UrlRules;
  maxBytes: number;
  /** For all of it: DNS, connecting, redirects, body and the second try. */
  timeoutMs: number;
}

/**
 * Fetches an image over http(s): at most three redirects, each checked like the first URL; one second try when the
 * connection fails or the answer is 429 or 5xx and time is left; all under one deadline.
 *
 * Rejects with AppError IMAGE_UNREACHABLE, IMAGE_FORBIDDEN, IMAGE_TOO_LARGE or IMAGE_UNREADABLE, or with the reason of
 * `signal` when that is aborted.
 */
export async function fetchImage(
  settings: FetchSettings,
  url: URL,
  callerSignal?: AbortSignal | undefined,
): Promise<Uint8Array> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(tooSlow(settings.timeoutMs)), settings.timeoutMs);
  const endsAt = performance.now() + settings.timeoutMs;
  const signal = callerSignal ? AbortSignal.any([callerSignal, deadline.signal]) : deadline.signal;
  try {
    const first = await followRedirects(settings, url, signal);
    if (first instanceof Uint8Array) return first;
    if (performance.now() + first.pauseMs >= endsAt) throw first.error;
    await sleep(first.pauseMs, undefined, { signal });
    const second = await followRedirects(settings, url, signal);
    if (second instanceof Uint8Array) return second;
    throw second.error;
  } catch (error) {
    // An abort surfaces as whatever was under way: the reason is what the caller is owed.
    if (signal.aborted) throw signal.reason;
    throw error instanceof AppError ? error : unreachable('The image could not be fetched.', error);
  } finally {
    clearTimeout(timer);
  }
}

async function followRedirects(
  settings: FetchSettings,
  start: URL,
  signal: AbortSignal,
): Promise<Uint8Array | Setback> {
  checkUrl(start, settings.rules);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const outcome = await request(settings, url, signal);
    if (typeof outcome !== 'string') return outcome;
    url = redirectTarget(url, outcome, settings.rules);
  }
  throw unreachable(`The image's address redirects more than ${MAX_REDIRECTS} times; use its final URL.`);
}

/** One request: the image, the Location of a redirect, or a setback. */
async function request(
  { dispatcher, maxBytes }: FetchSettings,
  url: URL,
  signal: AbortSignal,
): Promise<Uint8Array | string | Setback> {
  let body: Dispatcher.ResponseData['body'] | undefined;
  try {
    const path = `${url.pathname}${url.search}`;
    const answer = dispatcher.request({ origin: url.origin, path, method: 'GET', headers: REQUEST_HEADERS, signal });
    const response = await unlessAborted(answer, signal);
    const { statusCode, headers } = response;
    body = response.body;
    if (REDIRECTS.has(statusCode)) return locationOf(headers.location, statusCode);
    if (statusCode < 200 || statusCode > 299) return judgeStatus(statusCode, single(headers['retry-after']));
    return await readImage(body, headers, maxBytes);
  } catch (error) {
    return judgeConnectionError(error);
  } finally {
    discard(body);
  }
}

/**
 * The answer, or the signal's reason as soon as it is aborted. undici heeds the signal only once a socket is open: with
 * a slow DNS or a host that swallows packets, a caller would wait on. The attempt ends by itself (connect timeout).
 */
async function unlessAborted(
  answer: Promise<Dispatcher.ResponseData>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  let stopListening = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const giveUp = () => {
      answer.then(({ body }) => discard(body)).catch(() => {});
      reject(signal.reason);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    stopListening = () => signal.removeEventListener('abort', giveUp);
  });
  return Promise.race([answer, aborted]).finally(stopListening);
}

/** Cuts off whatever was not read to its end: nothing keeps a socket open for a body that nobody wants. */
function discard(body: Dispatcher.ResponseData['body'] | undefined): void {
  body?.on('error', () => {}).destroy();
}

function locationOf(location: string | string[] | undefined, statusCode: number): string {
  if (typeof location === 'string') return location;
  throw unreachable(`The image's address answered with HTTP status ${statusCode} but does not say where the image is.`);
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
