import type { Cache } from '@envelop/response-cache';
import { createRedisCache } from '@envelop/response-cache-redis';
import type { ByteCache } from './types.ts';

const PREFIX = 'response:';

/** What the package does with a client as long as it tracks no entities. */
interface Client {
  get(key: string): Promise<string | null>;
  pipeline(): {
    set(key: string, text: string, unit: 'PX', ttlMs: number): unknown;
    exec(): Promise<unknown>;
  };
}

/** The package asks for the class of the client of one Redis and uses no more of it than this. */
const packaged: { createCache(parameters: { redis: Client }): Cache } = { createCache: createRedisCache };

export interface ResponseCache extends Cache {
  /** An answer in JSON, as it is sent; undefined where there is none. */
  written(id: string): Promise<Buffer<ArrayBuffer> | undefined>;
  /** The JSON that was made of a result to keep it: it need not be made again to be sent. */
  textOf(result: object): string | undefined;
}

/** How every answer begins, and ends. */
const [BEGINNING, END] = ['{"data":{', '}}'];

/**
 * The response cache: answers as the package writes them, in JSON, kept in `bytes` beside the embeddings, so that memory,
 * one Redis and a cluster need nothing of their own. It is never in the way: a damaged answer is a miss, and nobody waits
 * for a `set`. Every `ttl` is a whole number of milliseconds. Entities are not passed on and nothing is invalidated by
 * entity: the index epoch in the key does that, while sets of entities would grow without bound.
 */
export function createResponseCache(bytes: ByteCache): ResponseCache {
  const texts = new WeakMap<object, string>();
  /** What the package has made of the last answer that it was given: it does so at once. */
  let lastText: string | undefined;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const answers = packaged.createCache({
    redis: {
      async get(key) {
        const value = await bytes.get(key);
        return value === undefined ? null : decoder.decode(value);
      },
      pipeline() {
        let written = Promise.resolve();
        return {
          set(key, text, _unit, ttlMs) {
            lastText = text;
            written = bytes.set(key, encoder.encode(text), ttlMs);
          },
          exec: () => written,
        };
      },
    },
  });
  return {
    async get(id) {
      try {
        return await answers.get(PREFIX + id);
      } catch {
        return undefined;
      }
    },
    set(id, data, _entities, ttl) {
      lastText = undefined;
      void answers.set(PREFIX + id, data, [], ttl);
      if (lastText !== undefined) texts.set(data, lastText);
    },
    textOf: (result) => texts.get(result),
    invalidate() {},
    async written(id) {
      const value = await bytes.get(PREFIX + id);
      if (value === undefined) return undefined;
      const answer = Buffer.from(value);
      const isWhole =
        answer.toString('latin1', 0, BEGINNING.length) === BEGINNING &&
        answer.toString('latin1', answer.length - END.length) === END;
      return isWhole ? answer : undefined;
    },
  };
}
