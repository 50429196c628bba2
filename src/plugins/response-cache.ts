import { type Cache, useResponseCache } from '@envelop/response-cache';
import { getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ResponseCache } from '../adapters/cache/response-cache.ts';
import type { IndexEpoch } from '../adapters/cache/types.ts';
import type { AnswerCache } from '../mcp/front.ts';
import { digestOf } from '../services/digest.ts';
import type { VocabularyService } from '../services/search/vocabulary.ts';
import type { RootField } from './root-fields.ts';

/** The key under which nothing is ever kept: no epoch, no caching. */
export const UNCACHED = '';

export interface SearchCacheOptions {
  cache: ResponseCache;
  epoch: IndexEpoch;
  modelId: string;
  /** What answers are made with besides the index; it changes some time after a write. */
  vocabulary: Pick<VocabularyService, 'version'>;
  ttlSeconds: number;
  rootFields: readonly RootField[];
}

/**
 * Serves equal questions from the cache: those that ask for nothing but fields whose policy says that they may be cached.
 * The index epoch is part of the key: entity ids could not invalidate a search that a new product belongs in, an epoch
 * that every write bumps can. So is the vocabulary, which follows a write a little later.
 */
export function useSearchCache(
  options: SearchCacheOptions & { digests: QuestionDigests },
): Pick<Plugin, 'onSchemaChange' | 'onExecute'> {
  const keyOf = createDigestKeys(options);
  const ttl = options.ttlSeconds * 1000;
  const plugin = useResponseCache({
    cache: withoutUncached(options.cache),
    session: () => null,
    ttl: 0,
    ttlPerSchemaCoordinate: {
      ...Object.fromEntries(
        options.rootFields.map(({ type, name, policy }) => [`${type}.${name}`, policy.cached ? ttl : 0]),
      ),
      // Beside a cached field, these would be cached along with it.
      'Query.__schema': 0,
      'Query.__type': 0,
    },
    invalidateViaMutation: false,
    includeExtensionMetadata: false,
    // The default does the same and writes to the console.
    shouldCacheResult: ({ result }) => !result.errors?.length,
    buildResponseCacheKey({ documentString, operationName, variableValues, context }) {
      const digest = digestOf([documentString, operationName, variableValues]);
      const request = requestOf(context);
      if (request) options.digests.set(request, digest);
      return keyOf(digest);
    },
  });
  return {
    onSchemaChange: (payload) => plugin.onSchemaChange?.(payload),
    onExecute(payload) {
      const { document, operationName } = payload.args;
      // A mutation is never kept; the products that it brings need not be hashed.
      if (getOperationAST(document, operationName)?.operation !== 'query') return;
      // The document as it was sent: the plugin asks for the type and the id of everything besides.
      const executeFn: typeof payload.executeFn = async (args) => {
        const result = await payload.executeFn({ ...args, document });
        return isAsyncIterable(result) || !result.data ? result : { ...result, data: new WholeData(result.data) };
      };
      return plugin.onExecute?.({ ...payload, executeFn });
    },
  };
}

/** What the requests that are being answered ask for: digests of document, operation and variables. */
export type QuestionDigests = WeakMap<object, string>;

/** The request that a context of Yoga belongs to. */
function requestOf(context: unknown): object | undefined {
  if (typeof context !== 'object' || context === null || !('request' in context)) return undefined;
  return typeof context.request === 'object' && context.request !== null ? context.request : undefined;
}

/**
 * The data of a result that the cache does not look into. It would take every object in it apart, to find the entities that
 * we do not track; that was a third of what a search cost the server.
 */
class WholeData {
  readonly #data: object;

  constructor(data: object) {
    this.#data = data;
  }

  toJSON(): object {
    return this.#data;
  }
}

/** The key of a question (a value of JSON) at this moment, of one answer alone; UNCACHED where nobody knows what is current. */
export function createKeys(options: Pick<SearchCacheOptions, 'epoch' | 'modelId' | 'vocabulary'>) {
  const keyOf = createDigestKeys(options);
  return (question: unknown): Promise<string> => keyOf(digestOf(question));
}

/** The same by the digest of a question, for those who know it already. */
export function createDigestKeys(options: Pick<SearchCacheOptions, 'epoch' | 'modelId' | 'vocabulary'>) {
  const { epoch, modelId, vocabulary } = options;
  return async (digest: string): Promise<string> => {
    const [current, words] = await Promise.all([epoch.current(), vocabulary.version()]);
    return current === undefined ? UNCACHED : `${modelId}:${current}:${words}:${digest}`;
  };
}

/** Keeps what agents are answered beside what storefronts are, as long and under the same epoch. */
export function createAnswerCache(options: Omit<SearchCacheOptions, 'rootFields'>): AnswerCache {
  const keyOf = createKeys(options);
  const cache = withoutUncached(options.cache);
  const ttl = options.ttlSeconds * 1000;
  return {
    async look(question) {
      if (ttl === 0) return { kept: undefined, keep: () => {} };
      const key = await keyOf(question);
      const kept = await cache.get(key);
      return { kept: kept?.data, keep: (answer) => void cache.set(key, { data: answer }, [], ttl) };
    },
  };
}

/** Entities are not tracked: nothing invalidates by them, and their lists would only grow. */
function withoutUncached(cache: Cache): Cache {
  return {
    get: (key) => (key === UNCACHED ? undefined : cache.get(key)),
    set: (key, result, _entities, ttl) => (key === UNCACHED ? undefined : cache.set(key, result, [], ttl)),
    invalidate: () => {},
  };
}
