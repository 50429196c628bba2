import { type Cache, useResponseCache } from '@envelop/response-cache';
import { getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ResponseCache } from '../adapters/cache/response-cache.ts';
import type { IndexEpoch } from '../adapters/cache/types.ts';
import type { AnswerCache } from '../mcp/front.ts';
import { digestOf } from '../services/digest.ts';
import type { VocabularyService } from '../services/search/vocabulary.ts';
import { mayBeCached, type RootField } from './root-fields.ts';

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
 * that every write bumps can. So is the vocabulary, which follows a write a little later. What is sent is the JSON that was
 * made to be kept.
 */
export function useSearchCache(
  options: SearchCacheOptions & { fromCache: AnsweredFromCache },
): Pick<Plugin, 'onSchemaChange' | 'onExecute'> {
  const { cache, fromCache } = options;
  const keyOf = createDigestKeys(options);
  const ttl = options.ttlSeconds * 1000;
  const plugin = useResponseCache({
    cache: withoutUncached(cache),
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
      const digest = questionDigest(documentString, operationName, variableValues);
      const request = requestOf(context);
      if (request) fromCache.set(request, digest);
      return keyOf(digest);
    },
  });
  return {
    onSchemaChange: (payload) => plugin.onSchemaChange?.(payload),
    onExecute(payload) {
      const { document, operationName } = payload.args;
      const operation = getOperationAST(document, operationName);
      // What is never kept, such as a mutation with its products, need not be hashed.
      if (!operation || !mayBeCached(document, operation, options.rootFields)) return;
      // The document as it was sent: the plugin asks for the type and the id of everything besides.
      const executeFn: typeof payload.executeFn = async (args) => {
        fromCache.delete(args.contextValue.request);
        const result = await payload.executeFn({ ...args, document });
        if (isAsyncIterable(result) || !result.data) return result;
        const sent = { ...result, data: new WholeData(result.data) };
        // Yoga asks for it with what it sends: without what is internal to errors.
        return Object.assign(sent, { stringify: (shown: object) => cache.textOf(sent) ?? JSON.stringify(shown) });
      };
      return plugin.onExecute?.({ ...payload, executeFn });
    },
  };
}

/** Requests that are answered from the cache, once they have been, with the digests of what they ask for. */
export type AnsweredFromCache = WeakMap<object, string>;

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

/** What a request asks for, as a digest of document, operation and variables. */
export function questionDigest(query: unknown, operationName: unknown, variables: unknown): string {
  return digestOf([query, operationName, variables]);
}

/** The key of a question's answer at this moment, by its digest; UNCACHED where nobody knows what is current. */
export function createDigestKeys(options: Pick<SearchCacheOptions, 'epoch' | 'modelId' | 'vocabulary'>) {
  const { epoch, modelId, vocabulary } = options;
  return async (digest: string): Promise<string> => {
    const words = await vocabulary.version();
    const current = await epoch.current();
    return current === undefined ? UNCACHED : `${modelId}:${current}:${words}:${digest}`;
  };
}

/** Keeps what agents are answered beside what storefronts are, as long and under the same epoch. */
export function createAnswerCache(options: Omit<SearchCacheOptions, 'rootFields'>): AnswerCache {
  const keyOf = createDigestKeys(options);
  const cache = withoutUncached(options.cache);
  const ttl = options.ttlSeconds * 1000;
  return {
    async look(question) {
      if (ttl === 0) return { kept: undefined, keep: () => {} };
      const key = await keyOf(digestOf(question));
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
