import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createQdrantApi } from '../../src/adapters/vector-store/qdrant/api.ts';
import { createGraphqlClient } from '../support/graphql-client.ts';
import {
  DeleteProduct,
  FindMended,
  FindProducts,
  GetHealth,
  GetProduct,
  GetStats,
  IndexProduct,
} from '../support/operations.ts';
import { createQdrantDouble, type QdrantDouble } from '../support/qdrant-double/server.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const realQdrant = process.env.QDRANT_TEST_URL || undefined;
const where = realQdrant ? 'real Qdrant' : 'in-process double of Qdrant';
const WRITE = 'write-secret-0123456789';

/** Leaves nothing on a Qdrant that is not ours; the rest of a collection's name is the model's. */
async function dropCollections(url: string, base: string): Promise<void> {
  const api = createQdrantApi({ url, apiKey: process.env.QDRANT_TEST_API_KEY || undefined });
  const { data } = await api.getCollections({});
  for (const { name } of data.result?.collections ?? []) {
    if (name.startsWith(`${base}__`)) await api.deleteCollection({ collection_name: name });
  }
}

describe.skipIf(!hasRedis)(`two replicas on one Redis and one ${where}`, () => {
  let qdrant: QdrantDouble | undefined;
  let redis: TestRedis;
  let dataDir: string;
  const replicas: ServerProcess[] = [];
  const collection = `replicas-${randomUUID().slice(0, 8)}`;

  const startReplica = (env: Record<string, string> = {}) =>
    startServerProcess({
      DATA_DIR: dataDir,
      QDRANT_URL: realQdrant ?? qdrant?.url ?? '',
      ...(process.env.QDRANT_TEST_API_KEY && { QDRANT_API_KEY: process.env.QDRANT_TEST_API_KEY }),
      REDIS_URL: redis.url,
      COLLECTION: collection,
      API_KEYS: `erp:write:${WRITE}`,
      RATE_LIMIT_SEARCHES: '200',
      RATE_LIMIT_WRITES: '10',
      // The images of a replica lie under one public address, whichever of them is asked.
      PUBLIC_URL: 'http://vitrine.example',
      ...env,
    });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vitrine-replicas-'));
    redis = await startRedis({ password: 'a-redis-password' });
    if (!realQdrant) qdrant = await createQdrantDouble();
    replicas.push(...(await Promise.all([startReplica(), startReplica()])));
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    if (realQdrant) await dropCollections(realQdrant, collection);
    await qdrant?.close();
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  function ask<Data, Variables>(
    replica: number,
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const headers = { authorization: `Bearer ${WRITE}` };
    return createGraphqlClient(`${replicas[replica]?.origin}/graphql`, fetch, headers).data(document, variables);
  }

  const product = (id: string) => ({
    id,
    name: `Quokka figurine ${id}`,
    category: 'figurines',
    price: 5,
    imageUrl: 'http://vitrine.example/demo/images/sku-0001.png',
  });
  const find = async (replica: number) => {
    const query = { text: 'quokka', mode: 'LEXICAL' as const };
    const { searchProducts } = await ask(replica, FindProducts, { query });
    return searchProducts.edges.map(({ node }) => node.id);
  };

  test('what one indexes the other finds with its very next answer, in spite of the caches', async () => {
    for (const [writer, reader] of [
      [0, 1],
      [1, 0],
    ] as const) {
      // Both have the empty answer in their shared cache.
      expect([await find(0), await find(1)]).toEqual([[], []]);
      await ask(writer, IndexProduct, { input: product('q') });
      expect(await find(reader)).toEqual(['q']);
      expect((await ask(reader, GetProduct, { id: 'q' })).product?.name).toBe('Quokka figurine q');
      expect((await ask(reader, GetStats, {})).collectionStats.productCount).toBe(1);
      await ask(writer, DeleteProduct, { id: 'q' });
      expect(await find(reader)).toEqual([]);
    }
  });

  test('a word that one of them indexes is soon known to the other, which mends what is like it', async () => {
    const mended = async (replica: number) => {
      const query = { text: 'Qoukka', mode: 'LEXICAL' as const };
      const { searchProducts } = await ask(replica, FindMended, { query });
      return { text: searchProducts.correctedText, ids: searchProducts.nodes.map(({ id }) => id) };
    };
    expect(await mended(1)).toEqual({ text: null, ids: [] });
    await ask(0, IndexProduct, { input: product('w') });
    await expect.poll(() => mended(1), { timeout: 15_000, interval: 300 }).toEqual({ text: 'quokka', ids: ['w'] });
    await ask(0, DeleteProduct, { id: 'w' });
    await expect.poll(() => mended(1), { timeout: 15_000, interval: 300 }).toEqual({ text: null, ids: [] });
  });

  test('both say what they run on, and that all is well', async () => {
    for (const replica of [0, 1]) {
      const { health } = await ask(replica, GetHealth, {});
      expect(health.status).toBe('UP');
      expect(health.components.map(({ backend }) => backend)).toEqual(['onnxruntime', 'qdrant', 'redis']);
    }
  });

  test('a budget is one for both: what is spent at one is missing at the other', async () => {
    // Six writes were made above; of four more that are let through, two each.
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        ask(i % 2, DeleteProduct, { id: createHash('md5').update(`${i}`).digest('hex') }),
      ),
    );
    const refused = attempts.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(6);
    expect(String(refused[0]?.status === 'rejected' && refused[0].reason)).toMatch(/Too many writes/);
  });

  test('without Redis both go on answering, and health says DEGRADED', async () => {
    await redis.kill();
    const { health } = await ask(0, GetHealth, {});
    expect(health.status).toBe('DEGRADED');
    expect(await find(0)).toEqual([]);
    await redis.restart();
  });

  test('either may stop, in order and with exit code 0, and the other goes on', async () => {
    expect(await replicas[0]?.stop()).toBe(0);
    expect(await find(1)).toEqual([]);
    const ready = await fetch(`${replicas[1]?.origin}/health/ready`);
    expect(ready.status).toBe(200);
  });
});
