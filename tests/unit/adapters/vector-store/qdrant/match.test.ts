import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toPoint } from '../../../../../src/adapters/vector-store/qdrant/point.ts';
import { createQdrantStore } from '../../../../../src/adapters/vector-store/qdrant/store.ts';
import { mergeWordLists } from '../../../../../src/adapters/vector-store/qdrant/word-lists.ts';
import type { IndexedProduct, MatchQuery, VectorStore } from '../../../../../src/adapters/vector-store/types.ts';
import { createSilentLogger } from '../../../../../src/logger.ts';
import { idsOf, makeItem, search, sortedIds, unitVector } from '../../../../contract/vector-store/fixtures.ts';
import { createQdrantDouble, type Fault, type QdrantDouble } from '../../../../support/qdrant-double/server.ts';

const PLACEHOLDER = unitVector(1);
const BY_IMAGE = { by: 'vector', embedding: PLACEHOLDER } as const;
const PAGE = { offset: 0, limit: 10 };
const NO_WORDS = { weights: new Map(), length: 0, forms: new Map() };

const withOneImage = (count: number): IndexedProduct[] =>
  Array.from({ length: count }, (_, index) => makeItem({ id: `p${index}` }, PLACEHOLDER));

describe('what a search asks of Qdrant', () => {
  let double: QdrantDouble;
  let store: VectorStore;

  beforeEach(async () => {
    double = await createQdrantDouble();
    store = await createQdrantStore({
      url: double.url,
      identity: { name: 'shop', modelId: 'mini', dimension: 8, language: 'english' },
      timeoutMs: 5000,
      newCollection: { shards: 1, replicationFactor: 1, quantization: 'none', onDisk: false },
      logger: createSilentLogger(),
    });
  });
  afterEach(() => double.close());

  /** The requests that `work` sends, by the last part of their paths; counts run beside the others. */
  async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
    double.requests.splice(0);
    await work();
    return double.requests.map((request) => request.replace(/^.*(\/points|(?=\/facet))/, '')).sort();
  }

  /** What a graph answers that links equal points to the same few: some of them, and nothing that lies elsewhere. */
  function trapped(found: number): Fault {
    const points = Array.from({ length: found }, (_, index) => {
      const { id, vector: _vector, payload } = toPoint(makeItem({ id: `p${index}` }, PLACEHOLDER), NO_WORDS, 8);
      return { id, score: 1, payload };
    });
    return { status: 200, body: { result: [{ points }] } };
  }
  function answerOnce(ending: string, fault: Fault): void {
    double.fault = (_method, path) => {
      if (!path.endsWith(ending)) return undefined;
      double.fault = () => undefined;
      return fault;
    };
  }

  test('a page of products that differ is one search, which brings them, beside one count', async () => {
    await store.upsert(Array.from({ length: 300 }, (_, index) => makeItem({ id: `p${index}` }, index)));
    expect(await requestsOf(() => search(store, BY_IMAGE, PAGE))).toEqual(['/count', '/query/batch']);
  });

  test('a page of which nobody wants to know how many match is one search alone', async () => {
    await store.upsert(Array.from({ length: 300 }, (_, index) => makeItem({ id: `p${index}` }, index)));
    const query = { scoring: BY_IMAGE, minRelevance: 0, sort: 'RELEVANCE', window: PAGE, withCounts: false } as const;
    expect(await requestsOf(() => store.match(query))).toEqual(['/query/batch']);
    expect(await requestsOf(() => store.match({ ...query, sort: 'PRICE_ASC' }))).toContain('/query/batch');
    expect(await requestsOf(() => store.match({ ...query, sort: 'PRICE_ASC' }))).not.toContain('/count');
    const hybrid = { ...query, scoring: { ...BY_IMAGE, by: 'hybrid', text: 'lamp', semanticRatio: 0.4 } } as const;
    expect(await requestsOf(() => store.match(hybrid))).toEqual(['', '/query/batch']);
  });

  test('a page by words that many products have reads no more of them than decide who is on it', async () => {
    await store.upsert(
      Array.from({ length: 2400 }, (_, index) =>
        makeItem({ id: `p${index}`, name: `${index % 2 ? 'hat' : 'shirt'} ${index < 40 ? 'cotton' : ''}` }, index),
      ),
    );
    const query: MatchQuery = {
      scoring: { by: 'hybrid', embedding: PLACEHOLDER, text: 'cotton shirt', semanticRatio: 0.4 },
      minRelevance: 0.01,
      sort: 'RELEVANCE',
      window: PAGE,
    };
    const whole = await store.match(query);
    expect(whole.matchCount).toBeGreaterThan(500);
    const listsOf = (requests: string[]) => requests.filter((request) => request === '/query/batch').length;
    const counted = await requestsOf(() => store.match(query));
    const page = await requestsOf(() => store.match({ ...query, withCounts: false }));
    expect([listsOf(page), listsOf(counted)]).toEqual([1, 2]);
    expect((await store.match({ ...query, withCounts: false })).matches).toEqual(whole.matches);
  });

  test('which image matched costs another look, for the embeddings, and only where it is asked for', async () => {
    const several = Float32Array.from([...unitVector(5), ...PLACEHOLDER]);
    await store.upsert([makeItem({ id: 'a' }, several), makeItem({ id: 'b' }, 2)]);
    const query: MatchQuery = { scoring: BY_IMAGE, minRelevance: 0, sort: 'RELEVANCE', window: PAGE };
    expect(await requestsOf(() => store.match(query))).toEqual(['', '/count', '/query/batch']);
    const without = await requestsOf(() => store.match({ ...query, withImages: false }));
    expect(without).toEqual(['/count', '/query/batch']);
  });

  test('images, several words and a cut cost no more round trips than images alone', async () => {
    await store.upsert(
      Array.from({ length: 300 }, (_, index) => makeItem({ id: `p${index}`, name: `red lamp ${index % 7}` }, index)),
    );
    const query: MatchQuery = {
      scoring: { by: 'hybrid', embedding: PLACEHOLDER, text: 'red lamp 3', semanticRatio: 0.4 },
      filter: { inStock: true },
      minRelevance: 0.5,
      sort: 'RELEVANCE',
      window: PAGE,
      facets: { maxBuckets: 10 },
    };
    const requests = await requestsOf(() => store.match({ ...query, facets: undefined }));
    expect(requests).toEqual(['', '/count', '/query/batch']);
    // Beside them, what matches is counted, by four fields, and by one what matches without the condition on stock.
    const facets = Array.from({ length: 5 }, () => '/facet');
    expect(await requestsOf(() => store.match(query))).toEqual([
      '',
      '/count',
      ...facets,
      '/query/batch',
      '/query/batch',
    ]);
  });

  test('a word that no product has costs one more list, and takes nothing from those that have the others', async () => {
    await store.upsert([
      makeItem({ id: 'both', name: 'red lamp' }, 1),
      makeItem({ id: 'one', name: 'red chair' }, 2),
      makeItem({ id: 'none', name: 'table' }, 3),
    ]);
    const search3 = () => search(store, { by: 'lexical', text: 'red lamp zeppelin' }, PAGE);
    expect(await requestsOf(search3)).toEqual(['', '/count', '/query/batch', '/query/batch']);
    const [first, second] = await search3();
    expect([first?.id, second?.id]).toEqual(['both', 'one']);
    const [known] = await search(store, { by: 'lexical', text: 'red lamp' }, PAGE);
    expect(first?.score).toBe(known?.score);
  });

  test('of several images the nearest is named, and only products with several are asked for theirs', async () => {
    const several = Float32Array.of(...unitVector(5), ...PLACEHOLDER, ...unitVector(6));
    await store.upsert([makeItem({ id: 'several', name: 'x' }, several), makeItem({ id: 'one' }, 7)]);
    const query: MatchQuery = { scoring: BY_IMAGE, minRelevance: 0, sort: 'RELEVANCE', window: PAGE };
    const { matches } = await store.match(query);
    expect(matches.map(({ product, image }) => [product.id, image])).toEqual([
      ['several', 1],
      ['one', 0],
    ]);
    expect(matches[0]?.similarity).toBeCloseTo(1, 5);
  });

  test('a page of 3,000 with one image costs no more than that of 300', async () => {
    await store.upsert(withOneImage(300));
    const few = await requestsOf(() => search(store, BY_IMAGE, PAGE));
    await store.upsert(withOneImage(3000));
    expect(await requestsOf(() => search(store, BY_IMAGE, PAGE))).toEqual(few);
  });

  test('where the graph finds 34 of many equals and nothing else, all are found all the same', async () => {
    const others = Array.from({ length: 5 }, (_, index) => makeItem({ id: `other${index}` }, index + 10));
    const items = [...withOneImage(300), ...others];
    await store.upsert(items);
    answerOnce('/points/query/batch', trapped(34));
    const list = await search(store, BY_IMAGE, { offset: 0, limit: 1000 });
    expect(sortedIds(list)).toEqual(sortedIds(items.map(({ product }) => product)));
    expect(sortedIds(list.slice(300))).toEqual(sortedIds(others.map(({ product }) => product)));
  });

  test('nor does a filter hide how few it found', async () => {
    await store.upsert(withOneImage(300));
    answerOnce('/points/query/batch', trapped(2));
    const list = await search(store, BY_IMAGE, { offset: 0, limit: 1000 }, { filter: { inStock: true } });
    expect(list).toHaveLength(300);
  });

  test('vectors of more products than can be scanned are not scanned', async () => {
    await store.upsert(withOneImage(300));
    double.fault = (_method, path) => {
      if (path.endsWith('/points/count')) return { status: 200, body: { result: { count: 1_000_000 } } };
      return path.endsWith('/points/query/batch') ? trapped(34) : undefined;
    };
    const requests = await requestsOf(async () => expect(await search(store, BY_IMAGE, PAGE)).toHaveLength(10));
    expect(requests).toEqual(['', '/count', '/count', '/count', '/query/batch', '/query/batch']);
  });

  test('a small shop whose variants share images costs one longer list and a count', async () => {
    await store.upsert(withOneImage(20));
    expect(idsOf(await search(store, BY_IMAGE, PAGE))).toHaveLength(10);
    const requests = await requestsOf(() => search(store, BY_IMAGE, PAGE));
    expect(requests).toEqual(['', '/count', '/count', '/query/batch', '/query/batch']);
  });

  test('how many match by a word is said to the last one, beyond what the first lists show', async () => {
    await store.upsert(
      Array.from({ length: 2500 }, (_, index) =>
        makeItem({ id: `p${index}`, name: index % 5 ? 'shirt' : 'hat' }, index),
      ),
    );
    const query: MatchQuery = {
      scoring: { by: 'hybrid', embedding: PLACEHOLDER, text: 'shirts', semanticRatio: 0.4 },
      minRelevance: 0.5,
      sort: 'PRICE_ASC',
      window: PAGE,
      facets: { names: ['category'], maxBuckets: 5 },
    };
    const { matchCount, facets } = await store.match(query);
    expect(matchCount).toBe(2000);
    expect(facets[0]?.buckets[0]?.count).toBe(2000);
  });
});

describe('two lists by words become one', () => {
  const list = (scores: Record<string, number>, complete = true) => ({
    entries: Object.entries(scores).map(([id, score]) => ({ id, score })),
    complete,
  });

  test('who lacks a word counts half', () => {
    const { entries, unseen } = mergeWordLists(list({ a: 4, b: 3, c: 2 }), list({ b: 3 }));
    expect(Object.fromEntries(entries.map(({ id, score }) => [id, score]))).toEqual({ b: 3, a: 2, c: 1 });
    expect(unseen).toBe(0);
  });

  test('what the first list does not show lacks a word, where the second shows all that lack none', () => {
    expect(mergeWordLists(list({ a: 4, c: 2 }, false), list({ a: 4 })).unseen).toBe(1);
  });

  test('nobody counts half for not being shown by a second list that ends too soon', () => {
    const { entries, unseen } = mergeWordLists(list({ a: 4, b: 3, c: 2 }, false), list({ a: 4, d: 3 }, false));
    expect(entries.map(({ id }) => id)).toEqual(['a', 'd']);
    expect(unseen).toBe(3);
  });
});
