import type { ByteCache } from './types.ts';

const PREFIX = 'response:';

/** How every answer begins, and ends. */
const [BEGINNING, END] = ['{"data":{', '}}'];

/** Answers in JSON, as they are sent: `{"data":{…}}`. It is never in the way: what fails or is damaged is a miss. */
export interface ResponseCache {
  get(id: string): Promise<Buffer<ArrayBuffer> | undefined>;
  /** `ttlMs` is a whole number of milliseconds. Nobody waits for it. */
  set(id: string, answer: string, ttlMs: number): void;
}

/**
 * The response cache: kept in `bytes` beside the embeddings, so that memory, one Redis and a cluster need nothing of their
 * own. Nothing is invalidated: the index epoch in the ids does that.
 */
export function createResponseCache(bytes: ByteCache): ResponseCache {
  const encoder = new TextEncoder();
  return {
    async get(id) {
      const value = await bytes.get(PREFIX + id);
      if (value === undefined) return undefined;
      const answer = Buffer.from(value);
      const isWhole =
        answer.toString('latin1', 0, BEGINNING.length) === BEGINNING &&
        answer.toString('latin1', answer.length - END.length) === END;
      return isWhole ? answer : undefined;
    },
    set: (id, answer, ttlMs) => void bytes.set(PREFIX + id, encoder.encode(answer), ttlMs),
  };
}
