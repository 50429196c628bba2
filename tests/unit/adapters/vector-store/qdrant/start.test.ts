import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createQdrantStore, type QdrantStoreOptions } from '../../../../../src/adapters/vector-store/qdrant/store.ts';
import { StartupError } from '../../../../../src/errors.ts';
import { createSilentLogger, type Logger } from '../../../../../src/logger.ts';
import { makeItem } from '../../../../contract/vector-store/fixtures.ts';
import { createRecordingLogger } from '../../../../support/log.ts';
import { createQdrantDouble, type DoubleOptions, type QdrantDouble } from '../../../../support/qdrant-double/server.ts';

describe('starting on Qdrant', () => {
  const doubles: QdrantDouble[] = [];
  let double: QdrantDouble;

  async function start(options: DoubleOptions = {}): Promise<QdrantDouble> {
    const started = await createQdrantDouble(options);
    doubles.push(started);
    return started;
  }

  const open = (options: Partial<QdrantStoreOptions> = {}) =>
    createQdrantStore({
      url: double.url,
      identity: { name: 'shop', modelId: 'mini', dimension: 8, language: 'english' },
      timeoutMs: 2000,
      startTimeoutMs: 0,
      newCollection: { shards: 1, replicationFactor: 1, quantization: 'none', onDisk: false },
      logger: createSilentLogger(),
      ...options,
    });

  /** The message that the operator reads when the start is refused. */
  async function refusal(opening: Promise<unknown>): Promise<string> {
    const error = await opening.then(
      () => expect.fail('It was accepted.'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StartupError);
    return error instanceof Error ? error.message : '';
  }

  /** Creates a collection past the adapter, as another program would. */
  async function createForeign(name: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const url = `${double.url}/collections/${name}`;
    expect((await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })).status).toBe(200);
  }

  beforeEach(async () => {
    double = await start();
  });
  afterEach(async () => {
    await Promise.all(doubles.splice(0).map((each) => each.close()));
  });

  test('a server that starts before Qdrant waits for it and says so', async () => {
    await double.close();
    const waiting = Promise.withResolvers<string>();
    const destination = new Writable({
      write(line, _encoding, done) {
        waiting.resolve(String(line));
        done();
      },
    });
    const logger: Logger = pino({}, destination);
    const opening = open({ logger, timeoutMs: 200, startTimeoutMs: 30_000 });
    expect(await waiting.promise).toContain('waiting for it');
    await start({ port: double.port });
    await (await opening).ping();
  });

  test('a Qdrant that never comes stops the start with what to check', async () => {
    await double.close();
    const message = await refusal(open({ timeoutMs: 200 }));
    expect(message).toContain(double.url);
    expect(message).toContain('QDRANT_URL');
  });

  test.each([undefined, 'wrong', 'read'])('the key %s stops the start with what to check', async (apiKey) => {
    double = await start({ apiKey: 'full', readOnlyApiKey: 'read' });
    expect(await refusal(open({ apiKey }))).toContain('QDRANT_API_KEY');
  });

  test('an address that is not a URL, or where something else answers, stops the start', async () => {
    for (const url of ['localhost', 'localhost:6333', 'redis://localhost']) {
      expect(await refusal(open({ url }))).toContain('QDRANT_URL');
    }
    double.fault = () => ({ status: 200, body: '<html>' });
    expect(await refusal(open())).toContain('is not Qdrant');
    double.fault = () => ({ status: 404 });
    expect(await refusal(open())).toContain('QDRANT_URL');
  });

  test.each(['1.15.1', '1.9.7', '0.11.0'])(
    'Qdrant %s is older than any that Vitrine knows, and refused',
    async (version) => {
      double = await start({ version });
      const message = await refusal(open());
      expect(message).toContain(version);
      expect(message).toContain('1.15.2');
    },
  );

  test.each(['1.15.2', '1.16.0-dev', '1.18.3', '2.0.0'])('Qdrant %s is accepted', async (version) => {
    double = await start({ version });
    await (await open()).ping();
  });

  test.each([
    ['between two tries', { status: 503 }],
    ['for an answer that does not come', { hang: true }],
  ] as const)('a server that is told to stop while it waits for Qdrant stops at once: %s', async (_when, fault) => {
    const stop = new AbortController();
    const reason = new Error('told to stop');
    double.fault = () => {
      setImmediate(() => stop.abort(reason));
      return fault;
    };
    const opening = open({ signal: stop.signal, timeoutMs: 600_000, startTimeoutMs: 600_000 });
    await expect(opening).rejects.toBe(reason);
  });

  test('two servers that start on an empty Qdrant at once both come up, on one collection', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    await stores[0]?.upsert([makeItem({ id: 'a' }, 1)]);
    expect(await Promise.all(stores.map((store) => store.count()))).toEqual([1, 1, 1]);
    expect([...double.storage.collections.keys()]).toEqual(['shop__mini__8']);
    expect([...double.storage.aliases]).toEqual([['shop', 'shop__mini__8']]);
  });

  test('another server creating the collection a moment earlier is no error', async () => {
    const first = await open();
    let isFirstLook = true;
    double.fault = (_method, path) => {
      if (!isFirstLook || !path.endsWith('/exists')) return undefined;
      isFirstLook = false;
      return { status: 200, body: { result: { exists: false } } };
    };
    const second = await open();
    await first.upsert([makeItem({ id: 'a' }, 1)]);
    expect(await second.count()).toBe(1);
  });

  test('vectors of two models are not mixed: the refusal names both', async () => {
    await open({
      identity: { name: 'shop', modelId: 'Xenova/clip-vit-base-patch32', dimension: 8, language: 'english' },
    });
    const message = await refusal(open());
    expect(message).toContain('CLIP_MODEL=Xenova/clip-vit-base-patch32');
    expect(message).toContain('"mini" (8 dimensions)');
    expect(double.storage.collections.size).toBe(1);
  });

  test('a collection that does not say its language is English; one in a server that keeps no notes is what is asked for', async () => {
    await open();
    const settings = double.storage.collections.get('shop__mini__8')?.settings;
    const german = { name: 'shop', modelId: 'mini', dimension: 8, language: 'german' } as const;
    if (settings) settings.metadata = { modelId: 'mini' };
    await open();
    expect(await refusal(open({ identity: german }))).toContain('SEARCH_LANGUAGE=english');
    if (settings) settings.metadata = undefined;
    const { logger, lines } = createRecordingLogger();
    await open({ identity: german, logger });
    expect(lines.join()).toContain('taken to be german');
  });

  test('a shop changes its model by filling a collection beside the old one and pointing the alias at it', async () => {
    const running = await open();
    await running.upsert([makeItem({ id: 'old' }, 1)]);
    const beside = await open({ identity: { name: 'shop-2', modelId: 'other', dimension: 8, language: 'english' } });
    await beside.upsert([makeItem({ id: 'new' }, 1)]);
    double.storage.aliases.set('shop', 'shop-2__other__8');

    const changed = await open({ identity: { name: 'shop', modelId: 'other', dimension: 8, language: 'english' } });
    expect([...(await changed.get(['old', 'new'])).keys()]).toEqual(['new']);
    expect((await changed.stats()).name).toBe('shop-2__other__8');
    expect([...(await running.get(['old', 'new'])).keys()]).toEqual(['old']);
    expect(await refusal(open())).toContain('CLIP_MODEL=other');
  });

  test('a server with another model that takes the name while this one still makes its collection wins', async () => {
    await open({ identity: { name: 'shop', modelId: 'other', dimension: 8, language: 'english' } });
    double.storage.aliases.clear();
    double.fault = (_method, path) => {
      if (path.endsWith('/index')) double.storage.aliases.set('shop', 'shop__other__8');
      return undefined;
    };
    expect(await refusal(open())).toContain('CLIP_MODEL=other');
    expect(double.storage.aliases.get('shop')).toBe('shop__other__8');
  });

  test('a collection whose vectors have another size, or that is not ours, is refused before anything is written', async () => {
    const sparse_vectors = { lexical: { modifier: 'idf' } };
    const image = { size: 4, distance: 'Cosine', multivector_config: { comparator: 'max_sim' } };
    await createForeign('shop__mini__8', { vectors: { image }, sparse_vectors });
    expect(await refusal(open())).toMatch(/4 dimensions.*"mini" makes vectors of 8 dimensions/);
    await createForeign('other__mini__8', { vectors: { image: { size: 8, distance: 'Cosine' } } });
    const identity = { name: 'other', modelId: 'mini', dimension: 8, language: 'english' } as const;
    expect(await refusal(open({ identity }))).toContain('was not made by Vitrine');
    await createForeign('taken', { vectors: { image: { size: 8, distance: 'Cosine' } } });
    expect(await refusal(open({ identity: { ...identity, name: 'taken' } }))).toContain('COLLECTION');
    expect(double.storage.aliases.size).toBe(0);
  });

  test('a collection of a version that kept one image and no words is refused with the way out, and left as it is', async () => {
    const sparse_vectors = { lexical: { modifier: 'idf' } };
    await createForeign('shop__mini__8', { vectors: { image: { size: 8, distance: 'Cosine' } }, sparse_vectors });
    expect(await refusal(open())).toMatch(/earlier version of Vitrine.*COLLECTION.*index the products again/);
    expect(double.storage.collections.get('shop__mini__8')?.indexes.size).toBe(0);
  });

  test('shards, replicas, quantization and vectors on disk reach Qdrant when the collection is new, and only then', async () => {
    await open({ newCollection: { shards: 3, replicationFactor: 2, quantization: 'int8', onDisk: true } });
    const settings = double.storage.collections.get('shop__mini__8')?.settings;
    expect(settings).toMatchObject({
      vectors: { image: { size: 8, distance: 'Cosine', on_disk: true } },
      shard_number: 3,
      replication_factor: 2,
      quantization_config: { scalar: { type: 'int8', always_ram: true } },
    });
    await open();
    expect(double.storage.collections.get('shop__mini__8')?.settings).toBe(settings);
  });

  test('filters stay fast: every field that they ask for has an index, also one that was lost', async () => {
    await open();
    const indexes = double.storage.collections.get('shop__mini__8')?.indexes;
    const expected = [
      ['category', 'keyword'],
      ['price', 'float'],
      ['inStock', 'bool'],
      ['attributes', 'keyword'],
      ['productId', 'keyword'],
      ['indexedAt', 'datetime'],
      ['words', 'keyword'],
      ['priceText', 'keyword'],
      ['forms', 'keyword'],
    ];
    expect([...(indexes ?? [])]).toEqual(expected);
    indexes?.delete('price');
    await open();
    expect(indexes?.get('price')).toBe('float');
  });
});
