import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../../../../src/adapters/vector-store/qdrant/call.ts';
import { createQdrantStore } from '../../../../../src/adapters/vector-store/qdrant/store.ts';
import type { VectorStore } from '../../../../../src/adapters/vector-store/types.ts';
import { createSilentLogger } from '../../../../../src/logger.ts';
import { makeItem, search, unitVector } from '../../../../contract/vector-store/fixtures.ts';
import {
  createQdrantDouble,
  type DoubleOptions,
  type Fault,
  type QdrantDouble,
} from '../../../../support/qdrant-double/server.ts';

const UNAVAILABLE = { name: 'AppError', code: 'VECTOR_STORE_UNAVAILABLE' };
const IDENTITY = { name: 'shop', modelId: 'mini', dimension: 8, language: 'english' } as const;
const NEW_COLLECTION = { shards: 1, replicationFactor: 1, quantization: 'none', onDisk: false } as const;

describe('when Qdrant fails', () => {
  const doubles: QdrantDouble[] = [];
  let double: QdrantDouble;

  async function start(options: DoubleOptions = {}): Promise<QdrantDouble> {
    const started = await createQdrantDouble(options);
    doubles.push(started);
    return started;
  }

  function open(apiKey?: string, timeoutMs = 5000): Promise<VectorStore> {
    const logger = createSilentLogger();
    return createQdrantStore({
      url: double.url,
      apiKey,
      identity: IDENTITY,
      timeoutMs,
      newCollection: NEW_COLLECTION,
      logger,
    });
  }

  /** The next request whose path ends so goes wrong, and only that one. */
  function failOnce(ending: string, fault: Fault): void {
    let isDue = true;
    double.fault = (_method, path) => {
      if (!isDue || !path.endsWith(ending)) return undefined;
      isDue = false;
      return fault;
    };
  }

  beforeEach(async () => {
    double = await start();
  });
  afterEach(async () => {
    await Promise.all(doubles.splice(0).map((each) => each.close()));
  });

  test('a search after a quiet spell works, though Qdrant closes idle connections', async () => {
    const store = await open();
    await store.upsert([makeItem({ id: 'a' }, 1)]);
    double.closeIdle();
    expect(await store.count()).toBe(1);
  });

  test('a search that meets a closing connection works', async () => {
    const store = await open();
    failOnce('/points/count', { close: 'before' });
    expect(await store.count()).toBe(0);
  });

  test('a product whose upsert was carried out but never confirmed is stored once', async () => {
    const store = await open();
    failOnce('/points', { close: 'afterwards' });
    await store.upsert([makeItem({ id: 'a', name: 'Kettle' }, 1)]);
    expect(await store.count()).toBe(1);
    expect((await store.get(['a'])).get('a')?.name).toBe('Kettle');
  });

  test('a delete that was carried out but never confirmed still says that the product was there', async () => {
    const store = await open();
    await store.upsert([makeItem({ id: 'a' }, 1)]);
    failOnce('/points/delete', { close: 'afterwards' });
    expect(await store.delete('a')).toBe(true);
    expect(await store.delete('a')).toBe(false);
  });

  test.each(['acknowledged', 'wait_timeout'])(
    'a change that Qdrant has only taken (%s) is not reported as stored',
    async (status) => {
      const store = await open();
      await store.upsert([makeItem({ id: 'a' }, 1)]);
      const fault = { status: 200, body: { result: { operation_id: 1, status }, status: 'ok' } };
      failOnce('/points', fault);
      await expect(store.upsert([makeItem({ id: 'b' }, 2)])).rejects.toMatchObject(UNAVAILABLE);
      failOnce('/points/delete', fault);
      await expect(store.delete('a')).rejects.toMatchObject(UNAVAILABLE);
    },
  );

  test('all copies of a product keep the same last version: every write is put in order and waited for', async () => {
    const store = await open();
    double.requests.splice(0);
    await store.upsert([makeItem({ id: 'a' }, 1)]);
    await store.delete('a');
    const writes = double.requests.filter((request) => /PUT|delete/.test(request));
    expect(writes).toHaveLength(2);
    for (const write of writes) expect(write).toMatch(/\?(?=.*wait=true)(?=.*ordering=medium)/);
  });

  test('a moment of 503 goes unnoticed', async () => {
    const store = await open();
    failOnce('/points/query/batch', { status: 503 });
    expect(await search(store, { by: 'filter' }, { offset: 0, limit: 1 })).toEqual([]);
  });

  test('a restart makes calls fail clearly, and afterwards all is as before', async () => {
    const store = await open(undefined, 500);
    await store.upsert([makeItem({ id: 'a' }, 1)]);
    await double.close();
    await expect(store.count()).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.upsert([makeItem({ id: 'b' }, 2)])).rejects.toMatchObject(UNAVAILABLE);
    await start({ port: double.port, storage: double.storage });
    await store.ping();
    expect(await store.count()).toBe(1);
    await store.upsert([makeItem({ id: 'b' }, 2)]);
    expect(await store.count()).toBe(2);
  });

  test('an error of Qdrant itself is reported at once, with its own words for the log', async () => {
    const store = await open();
    double.fault = () => ({ status: 500, body: { status: { error: 'Service internal error: disk is full' } } });
    const before = double.requests.length;
    const failure = await store.count().catch((error: unknown) => error);
    expect(failure).toMatchObject(UNAVAILABLE);
    expect(failureOf(failure)?.reason).toContain('disk is full');
    expect(double.requests).toHaveLength(before + 1);
  });

  test('a Qdrant that does not answer makes no shopper wait longer than the timeout', async () => {
    const store = await open(undefined, 100);
    double.fault = () => ({ hang: true });
    const failure = await store.count().catch((error: unknown) => error);
    expect(failure).toMatchObject(UNAVAILABLE);
    expect(failureOf(failure)?.reason).toBe('no answer in 100 ms');
  });

  test('a shopper who goes away while Qdrant hangs frees the request', async () => {
    const store = await open();
    const controller = new AbortController();
    const reason = new Error('gone');
    double.fault = () => {
      controller.abort(reason);
      return { hang: true };
    };
    const { signal } = controller;
    const ranking = { by: 'vector', embedding: unitVector(1) } as const;
    await expect(search(store, ranking, { offset: 0, limit: 5 }, { signal })).rejects.toBe(reason);
  });

  test('a key that may only read searches, and says clearly that it cannot write', async () => {
    double = await start({ apiKey: 'full', readOnlyApiKey: 'read' });
    await (await open('full')).upsert([makeItem({ id: 'a' }, 1)]);
    const reader = await open('read');
    expect(await search(reader, { by: 'vector', embedding: unitVector(1) }, { offset: 0, limit: 1 })).toHaveLength(1);
    expect(await reader.stats()).toMatchObject({ productCount: 1 });
    const failure = await reader.upsert([makeItem({ id: 'b' }, 2)]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('refuses the key') });
  });

  test('a point that something else put into the collection is an error, not a crash', async () => {
    const store = await open();
    const { name } = await store.stats();
    const payload = { indexedAt: '2025-01-02T03:04:05.678Z' };
    double.storage.collections.get(name)?.points.set(1, { id: 1, dense: new Map(), sparse: new Map(), payload });
    await expect(search(store, { by: 'filter' }, { offset: 0, limit: 5 })).rejects.toMatchObject(UNAVAILABLE);
  });

  test('a closed store refuses work instead of leaving it half done', async () => {
    const store = await open();
    await store.close();
    await store.close();
    await expect(store.count()).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.upsert([makeItem({ id: 'a' }, 1)])).rejects.toMatchObject(UNAVAILABLE);
  });

  test('a shop with more than a thousand categories sees them all counted', async () => {
    const store = await open();
    const items = Array.from({ length: 1001 }, (_, index) =>
      makeItem({ id: `p${index}`, category: `c${index}` }, index),
    );
    await store.upsert(items);
    expect((await store.stats()).categories).toHaveLength(1001);
  });
});
