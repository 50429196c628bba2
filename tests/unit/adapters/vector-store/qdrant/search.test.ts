import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createQdrantStore } from '../../../../../src/adapters/vector-store/qdrant/store.ts';
import type { IndexedProduct, VectorStore } from '../../../../../src/adapters/vector-store/types.ts';
import { createSilentLogger } from '../../../../../src/logger.ts';
import { idsOf, makeItem, sortedIds, unitVector } from '../../../../contract/vector-store/fixtures.ts';
import { createQdrantDouble, type Fault, type QdrantDouble } from '../../../../support/qdrant-double/server.ts';

const PLACEHOLDER = unitVector(1);
const BY_IMAGE = { by: 'vector', embedding: PLACEHOLDER } as const;
const PAGE = { offset: 0, limit: 10 };

const withOneImage = (count: number): IndexedProduct[] =>
  Array.from({ length: count }, (_, index) => makeItem({ id: `p${index}` }, PLACEHOLDER));

describe('what a search asks of Qdrant', () => {
  let double: QdrantDouble;
  let store: VectorStore;

  beforeEach(async () => {
    double = await createQdrantDouble();
    store = await createQdrantStore({
      url: double.url,
      identity: { name: 'shop', modelId: 'mini', dimension: 8 },
      timeoutMs: 5000,
      newCollection: { shards: 1, replicationFactor: 1, quantization: 'none', onDisk: false },
      logger: createSilentLogger(),
    });
  });
  afterEach(() => double.close());

  /** The requests that `work` sends, by the last part of their paths. */
  async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
    double.requests.splice(0);
    await work();
    return double.requests.map((request) => request.replace(/^.*\/points/, ''));
  }

  /** What a graph answers that links equal points to the same few: some of them, and nothing that lies elsewhere. */
  function trapped(found: number): Fault {
    const points = Array.from({ length: found }, (_, id) => ({ id, score: 1, payload: { productId: `p${id}` } }));
    return { status: 200, body: { result: { points } } };
  }
  function answerOnce(ending: string, fault: Fault): void {
    double.fault = (_method, path) => {
      if (!path.endsWith(ending)) return undefined;
      double.fault = () => undefined;
      return fault;
    };
  }

  test('a page of products that differ is one search, and one look for its products', async () => {
    await store.upsert(Array.from({ length: 300 }, (_, index) => makeItem({ id: `p${index}` }, index)));
    expect(await requestsOf(() => store.search(BY_IMAGE, PAGE))).toEqual(['/query', '']);
  });

  test('a page of 3,000 with one image costs no more than that of 300', async () => {
    await store.upsert(withOneImage(300));
    const few = await requestsOf(() => store.search(BY_IMAGE, PAGE));
    await store.upsert(withOneImage(3000));
    expect(await requestsOf(() => store.search(BY_IMAGE, PAGE))).toEqual(few);
  });

  test('where the graph finds 34 of many equals and nothing else, all are found all the same', async () => {
    const others = Array.from({ length: 5 }, (_, index) => makeItem({ id: `other${index}` }, index + 10));
    const items = [...withOneImage(300), ...others];
    await store.upsert(items);
    answerOnce('/points/query', trapped(34));
    const list = await store.search(BY_IMAGE, { offset: 0, limit: 1000 });
    expect(sortedIds(list)).toEqual(sortedIds(items.map(({ product }) => product)));
    expect(sortedIds(list.slice(300))).toEqual(sortedIds(others.map(({ product }) => product)));
  });

  test('nor does a filter hide how few it found', async () => {
    await store.upsert(withOneImage(300));
    answerOnce('/points/query', trapped(2));
    const list = await store.search(BY_IMAGE, { offset: 0, limit: 1000 }, { filter: { inStock: true } });
    expect(list).toHaveLength(300);
  });

  test('vectors of more products than can be scanned are not scanned', async () => {
    await store.upsert(withOneImage(300));
    double.fault = (_method, path) => {
      if (path.endsWith('/points/count')) return { status: 200, body: { result: { count: 1_000_000 } } };
      return path.endsWith('/points/query') ? trapped(34) : undefined;
    };
    const requests = await requestsOf(async () => expect(await store.search(BY_IMAGE, PAGE)).toHaveLength(10));
    expect(requests).toEqual(['/query', '/count', '']);
  });

  test('a small shop whose variants share images is searched as fast, but for one count', async () => {
    await store.upsert(withOneImage(20));
    expect(idsOf(await store.search(BY_IMAGE, PAGE))).toHaveLength(10);
    expect(await requestsOf(() => store.search(BY_IMAGE, PAGE))).toEqual(['/query', '/count', '']);
  });
});
