import { getOperationAST } from 'graphql';
import { type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga';
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

/** A result whose JSON is there already. */
interface WrittenResult {
  data: Record<string, unknown>;
  stringify(): string;
}

/**
 * Serves equal questions from the cache: those that ask for nothing but fields whose policy says that they may be cached.
 * The index epoch is part of the key: entity ids could not invalidate a search that a new product belongs in, an epoch
 * that every write bumps can. So is the vocabulary, which follows a write a little later. What is kept is what is sent:
 * JSON that is written once.
 */
export function useSearchCache({
  cache,
  ttlSeconds,
  rootFields,
  fromCache,
  ...dependencies
}: SearchCacheOptions & { fromCache: AnsweredFromCache }): Plugin {
  const keyOf = createDigestKeys(dependencies);
  const written = (data: WrittenResult['data'], text: string): WrittenResult => ({ data, stringify: () => text });
  return {
    async onExecute({ args: { document, operationName, contextValue }, setExecuteFn }) {
      const operation = getOperationAST(document, operationName);
      if (!operation || !mayBeCached(document, operation, rootFields)) return undefined;
      const digest = questionDigest(contextValue.params);
      const key = await keyOf(digest);
      if (key === UNCACHED) return undefined;
      const kept = await cache.get(key);
      if (kept !== undefined) {
        fromCache.set(contextValue.request, digest);
        // Plugins behind this one see it like any other operation.
        setExecuteFn(() => written({}, kept.toString()));
        return undefined;
      }
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result) || result.errors?.length || !result.data) return;
          const text = JSON.stringify({ data: result.data });
          cache.set(key, text, ttlSeconds * 1000);
          setResult(written(result.data, text));
        },
      };
    },
  };
}

/** Requests that are answered from the cache, with the digests of what they ask for. */
export type AnsweredFromCache = WeakMap<Request, string>;

/** What a request asks for, as a digest of document, operation and variables. */
export function questionDigest({ query, operationName, variables }: GraphQLParams): string {
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
  const { cache } = options;
  const ttlMs = options.ttlSeconds * 1000;
  return {
    async look(question) {
      const key = ttlMs === 0 ? UNCACHED : await keyOf(digestOf(question));
      if (key === UNCACHED) return { kept: undefined, keep: () => {} };
      const kept = await cache.get(key);
      return {
        kept: kept && JSON.parse(kept.toString()).data,
        keep: (answer) => cache.set(key, JSON.stringify({ data: answer }), ttlMs),
      };
    },
  };
}
