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

/** In which order the real server happened to list equal BM25 scores; nothing in the data decides it. */
const EQUALS: Record<string, number[]> = {
  'query lexical': [0, 12, 3, 15, 18],
  'query rrf': [6, 18, 14, 10, 2, 9, 0, 12, 15, 3],
};

/** Figures about the server's inner life, which no client of ours reads. */
const INTERNALS = new Set([
  'time',
  'usage',
  'commit',
  'version',
  'operation_id',
  'indexed_vectors_count',
  'segments_count',
]);

/** A value without the server's internals; in the recorded one numbers become "this, to 1e-5". */
function comparable(value: unknown, showNumber: (value: number) => unknown): unknown {
  if (typeof value === 'number') return showNumber(value);
  if (Array.isArray(value)) return value.map((inner) => comparable(inner, showNumber));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !(INTERNALS.has(key) && typeof inner !== 'object'));
  return Object.fromEntries(kept.map(([key, inner]) => [key, comparable(inner, showNumber)]));
}

async function exchange(double: QdrantDouble, request: (typeof recordings)[number]['request']) {
  const { method, path, apiKey, body } = request;
  const response = await fetch(`${double.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(apiKey != null && { 'api-key': apiKey }) },
    ...(body != null && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  const answer: unknown = isJson ? JSON.parse(text) : text;
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

  test('all 72 recorded exchanges are tried', () => {
    expect(recordings).toHaveLength(72);
  });

  test.each(recordings)('$name', async ({ name, request, response }) => {
    const double = name.startsWith('keyed server') ? keyed : open;
    double.firstAmongEquals = (EQUALS[name] ?? []).map((index) => {
      return `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`;
    });
    const answer = await exchange(double, request);
    expect(answer.status).toBe(response.status);
    const found = comparable(answer.body, (value) => value);
    expect(found).toEqual(comparable(response.body, (value) => expect.closeTo(value, 5)));
  });

  test.each(recordings.filter(({ name }) => IGNORED_BY_THE_REAL_ONE.includes(name)))(
    'by default it refuses what the real one ignores, so that a misspelt request of ours cannot pass: $name',
    async ({ request }) => {
      await exchange(strict, {
        method: 'PUT',
        path: '/collections/vitrine_products__mini__8',
        body: recordings[4]?.request.body,
      });
      const answer = await exchange(strict, request);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain('the double knows no field');
    },
  );
});
