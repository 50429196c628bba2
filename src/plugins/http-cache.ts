import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import { digestOf } from '../services/digest.ts';
import type { Connection, Identify } from './access.ts';
import { createDigestKeys, questionDigest, type SearchCacheOptions, UNCACHED } from './response-cache.ts';
import { mayBeCached } from './root-fields.ts';

/** What an answer depends on besides its address; `Origin` is told of every answer. */
const VARY = 'Accept, Authorization, x-api-key';

const ENDPOINT = /^\/graphql\/?$/;

/** An answer that may be kept on its way. */
interface Cacheable {
  etag: string;
  /** Whether the caller has this answer already. */
  isKnown: boolean;
}

/**
 * Tells browsers and CDNs which answers to a GET they may keep: those that the response cache may, for as long. The ETag
 * changes with every write, so whoever asks with it hears 304 before anything is searched. It is a weak one: `timing`
 * differs between two answers that say the same. Whatever else is got from the endpoint is not stored anywhere, and an
 * answer to a key stays with its caller. Put it before the response cache and behind keys and budgets.
 */
export function useHttpCache(
  options: Omit<SearchCacheOptions, 'cache'> & {
    maxAgeSeconds: number;
    identify: Identify;
    /** Milliseconds since the epoch. */
    now?: () => number;
  },
): Plugin<object, Connection> {
  const { rootFields, ttlSeconds, maxAgeSeconds, identify, now = Date.now } = options;
  const keyOf = createDigestKeys(options);
  const cacheable = new WeakMap<Request, Cacheable>();
  const lifetime = maxAgeSeconds === 0 ? 'no-cache' : `max-age=${maxAgeSeconds}`;

  return {
    async onExecute({ args: { document, operationName, contextValue }, setResultAndStopExecution }) {
      const { request, params } = contextValue;
      const operation = getOperationAST(document, operationName);
      if (request.method !== 'GET' || ttlSeconds === 0 || !operation) return;
      if (!mayBeCached(document, operation, rootFields)) return;
      const key = await keyOf(questionDigest(params.query, operationName, params.variables));
      if (key === UNCACHED) return;
      // An image that the answer is about may change where it lies: so no ETag outlives what the response cache keeps.
      const etag = `W/"${digestOf([key, Math.floor(now() / (ttlSeconds * 1000))])}"`;
      const isKnown = isAmong(request.headers.get('if-none-match'), etag);
      cacheable.set(request, { etag, isKnown });
      if (isKnown) setResultAndStopExecution({ data: null });
    },
    onResultProcess({ request, result, setResultProcessor }) {
      if ('errors' in result && result.errors?.length) cacheable.delete(request);
      if (!cacheable.get(request)?.isKnown) return;
      setResultProcessor((_, fetchAPI) => new fetchAPI.Response(null, { status: 304 }), '*/*');
    },
    onResponse({ request, response: { status, headers }, serverContext }) {
      if (request.method !== 'GET' || !ENDPOINT.test(new URL(request.url, 'http://localhost').pathname)) return;
      headers.append('vary', VARY);
      if (/^text\/html/.test(headers.get('content-type') ?? '')) return;
      const answer = cacheable.get(request);
      if (answer === undefined || (status !== 200 && status !== 304)) return headers.set('cache-control', 'no-store');
      const { caller } = identify(request, serverContext);
      const isOpen = !(caller instanceof AppError) && caller.kind === 'anonymous';
      headers.set('etag', answer.etag);
      headers.set('cache-control', `${isOpen ? 'public' : 'private'}, ${lifetime}`);
    },
  };
}

/** Whether If-None-Match names this ETag; a CDN may have made it a strong one. */
export function isAmong(ifNoneMatch: string | null, etag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '');
  return (ifNoneMatch ?? '').split(',').some((given) => bare(given) === bare(etag));
}
