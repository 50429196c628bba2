import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createQdrantApi, type QdrantApi, type Schemas } from '../../src/adapters/vector-store/qdrant/api.ts';
import { retry } from '../../src/async/retry.ts';
import { unitVector } from './vector-store/fixtures.ts';

const { QDRANT_TEST_URL = '', QDRANT_TEST_API_KEY } = process.env;
const WORDS = 'lamp bright red blue green desk table chair light wood steel glass'.split(' ');

/** One of 60 texts of several words. */
function textOf(kind: number): string {
  const some = WORDS.filter((_, index) => ((kind * 7 + 3) >> (index % 5)) % 2 === 1);
  return [...some, WORDS[kind % WORDS.length]].join(' ');
}

/**
 * Asks a real Qdrant, past the adapter, for what src/adapters/vector-store/qdrant/workarounds.ts works around. A test that
 * fails after an upgrade says that its workaround may go.
 */
describe.skipIf(QDRANT_TEST_URL === '')('still needed with this Qdrant (real server, QDRANT_TEST_URL)', () => {
  const collection_name = `workarounds-${randomUUID().slice(0, 8)}`;
  let api: QdrantApi;

  const pointOf = (id: number) => ({
    id,
    vector: { image: Array.from(unitVector(id % 60)), lexical: { text: textOf(id % 60), model: 'qdrant/bm25' } },
    payload: { category: `c${id % 3}` },
  });
  const put = async (from: number, to: number) => {
    const points = Array.from({ length: to - from }, (_, index) => pointOf(from + index));
    await api.upsertPoints({ collection_name, wait: true, points });
  };
  const search = async (query: NonNullable<Schemas['QueryRequest']['query']>, using: string, limit: number) => {
    const answer = await api.queryPoints({ collection_name, query, using, limit });
    return answer.data.result?.points ?? [];
  };

  /** Resolves when the vectors of `count` points are in the graph; their words are counted besides. */
  const waitForGraph = async (count: number) => {
    const look = async () => {
      const { data } = await api.getCollection({ collection_name });
      if ((data.result?.indexed_vectors_count ?? 0) < 2 * count) throw new Error('Not all is indexed.');
    };
    await retry(look, { pauseMs: () => 100, timeoutMs: 60_000 });
  };

  beforeAll(async () => {
    api = createQdrantApi({ url: QDRANT_TEST_URL, apiKey: QDRANT_TEST_API_KEY || undefined });
    await api.createCollection({
      collection_name,
      vectors: { image: { size: 8, distance: 'Cosine' } },
      sparse_vectors: { lexical: { modifier: 'idf' } },
      // The least that Qdrant takes, so that a few hundred points get a graph.
      optimizers_config: { indexing_threshold: 10 },
      hnsw_config: { full_scan_threshold: 10 },
    });
    await api.createFieldIndex({ collection_name, wait: true, field_name: 'category', field_schema: 'keyword' });
    await put(0, 600);
    await waitForGraph(600);
    // These lie in another segment than the others.
    await put(600, 660);
  }, 90_000);
  afterAll(async () => {
    await api.deleteCollection({ collection_name });
  });

  test('UNCOMPRESSED: a compressed answer still comes in pieces', async () => {
    const query = { collection_name, query: Array.from(unitVector(1)), using: 'image', limit: 500 };
    const { headers } = await api.queryPoints(query, { headers: { 'accept-encoding': 'gzip' } });
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(headers.get('transfer-encoding')).toBe('chunked');
  });

  test('toScore: equal words still score differently, and equal directions above 1', async () => {
    const lists = await Promise.all(
      Array.from({ length: 60 }, (_, kind) => search({ text: textOf(kind), model: 'qdrant/bm25' }, 'lexical', 1000)),
    );
    const kinds = lists.flatMap((points) => [...Map.groupBy(points, ({ id }) => Number(id) % 60).values()]);
    const differing = kinds.filter((equal) => new Set(equal.map(({ score }) => score)).size > 1);
    expect(differing.length).toBeGreaterThan(0);
    const nearest = await Promise.all(
      Array.from({ length: 60 }, (_, kind) => search(Array.from(unitVector(kind)), 'image', 1)),
    );
    expect(Math.max(...nearest.map(([best]) => best?.score ?? 0))).toBeGreaterThan(1);
  });

  test('needsScan: the graph still loses most of many equal vectors', async () => {
    const equal = Array.from({ length: 3000 }, (_, index) => ({ ...pointOf(0), id: 10_000 + index }));
    await api.upsertPoints({ collection_name, wait: true, points: equal });
    await waitForGraph(3660);
    const points = await search(Array.from(unitVector(0)), 'image', 1000);
    expect(points.length).toBeLessThan(1000);
  });

  test('apart: what is wanted and unwanted at once is still found', async () => {
    const condition = { key: 'category', match: { any: ['c1'] } };
    const filter = { must: [condition], must_not: [condition] };
    const { data } = await api.countPoints({ collection_name, exact: true, filter });
    expect(data.result?.count).toBeGreaterThan(0);
  });

  test('withoutEmpty: a category without products is still counted, as 0', async () => {
    const last = { ...pointOf(5000), payload: { category: 'gone' } };
    await api.upsertPoints({ collection_name, wait: true, points: [last] });
    await api.deletePoints({ collection_name, wait: true, points: [last.id] });
    const { data } = await api.facet({ collection_name, key: 'category', exact: true, limit: 10 });
    expect(data.result?.hits).toContainEqual({ value: 'gone', count: 0 });
  });
});

test('numberSchema is still needed: the client reads a large whole number as a bigint', async () => {
  vi.stubGlobal('fetch', async () => new Response('{"result":{"points_count":1152921504606846976}}'));
  const client = createQdrantApi({ url: 'http://localhost' });
  const { data } = await client.getCollection({ collection_name: 'any' });
  vi.unstubAllGlobals();
  expect(typeof data.result?.points_count).toBe('bigint');
});
