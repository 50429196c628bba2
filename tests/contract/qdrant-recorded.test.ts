import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createQdrantDouble, type QdrantDouble } from '../support/qdrant-double/server.ts';

/** Exchanges recorded from a real Qdrant 1.18.3, in order: each answer depends on the requests before it. */
const recordings = z
  .array(
    z.object({
      name: z.string(),
      request: z.object({
        method: z.string(),
        path: z.string(),
        apiKey: z.string().nullish(),
        body: z.unknown(),
      }),
      response: z.object({ status: z.number(), body: z.unknown() }),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('data/qdrant-recorded-1.18.json', import.meta.url), 'utf8')));

/** Requests with a field that Qdrant does not know. It answers 200 as if the field were not there. */
const IGNORED_BY_THE_REAL_ONE = ['create unknown field', 'query bad filter', 'query unknown field'];

/** What no client of ours reads: figures about the server's inner life, and vectors. */
const INTERNALS = [
  ...['time', 'usage', 'commit', 'version', 'operation_id', 'vector', 'update_queue'],
  ...['optimizer_status', 'indexed_vectors_count', 'segments_count', 'write_consistency_factor', 'on_disk_payload'],
  ...['hnsw_config', 'optimizer_config', 'wal_config'],
];

/** Nothing decides which of several equal BM25 scores the real server lists, and in which order. */
const LEFT_OUT: Record<string, string[]> = { 'query lexical': ['id', 'payload'] };

/** A value without some of its keys; in the recorded one numbers become "this, to 1e-5". */
function comparable(value: unknown, leftOut: readonly string[], showNumber: (value: number) => unknown): unknown {
  if (typeof value === 'number') return showNumber(value);
  if (Array.isArray(value)) return value.map((inner) => comparable(inner, leftOut, showNumber));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !leftOut.includes(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, comparable(inner, leftOut, showNumber)]));
}

async function exchange(double: QdrantDouble, request: (typeof recordings)[number]['request']) {
  const { method, path, apiKey, body } = request;
  const response = await fetch(`${double.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(apiKey != null && { 'api-key': apiKey }) },
    ...(body != null && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer };
}

describe('the double of Qdrant answers as the real one did, or tests on it prove nothing', () => {
  let open: QdrantDouble;
  let keyed: QdrantDouble;
  let strict: QdrantDouble;

  beforeAll(async () => {
    open = await createQdrantDouble({ unknownFields: 'ignore' });
    keyed = await createQdrantDouble({ unknownFields: 'ignore', apiKey: 'full-key', readOnlyApiKey: 'read-key' });
    strict = await createQdrantDouble();
  });
  afterAll(() => Promise.all([open, keyed, strict].map((double) => double.close())));

  test('all 58 recorded exchanges are tried', () => {
    expect(recordings).toHaveLength(58);
  });

  test.each(recordings)('$name', async ({ name, request, response }) => {
    const double = name.startsWith('keyed server') ? keyed : open;
    const answer = await exchange(double, request);
    expect(answer.status).toBe(response.status);
    if (response.status >= 400) {
      // The form counts: the words are for the log alone.
      const words = expect.any(String);
      return expect(answer.body).toEqual(typeof response.body === 'string' ? words : { status: { error: words } });
    }
    const leftOut = [...INTERNALS, ...(LEFT_OUT[name] ?? [])];
    const found = comparable(answer.body, leftOut, (value) => value);
    expect(found).toEqual(comparable(response.body, leftOut, (value) => expect.closeTo(value, 5)));
  });

  test.each(recordings.filter(({ name }) => IGNORED_BY_THE_REAL_ONE.includes(name)))(
    'by default it refuses what the real one ignores, so that a misspelt request of ours cannot pass: $name',
    async ({ request }) => {
      await exchange(strict, {
        method: 'PUT',
        path: '/collections/vitrine_products__mini__8',
        body: recordings.find(({ name }) => name === 'create')?.request.body,
      });
      const answer = await exchange(strict, request);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain('the double knows no field');
    },
  );
});
