import { setTimeout as sleep } from 'node:timers/promises';
import { createQdrantStore } from '../../src/adapters/vector-store/qdrant/store.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { createQdrantDouble, type QdrantDouble } from '../support/qdrant-double/server.ts';
import { describeVectorStore, RANKING_PARTS, type VectorStoreHarness } from './vector-store-suite.ts';

interface Server {
  url: string;
  apiKey: string | undefined;
}

/** Makes Qdrant search a small collection by a graph, as it searches a large one. By default it would read all of it. */
const SEARCH_BY_GRAPH = { optimizers_config: { indexing_threshold: 10 }, hnsw_config: { full_scan_threshold: 10 } };

/** Opens collections on a server that is there when the first test runs, and drops them all at the end. */
function createHarness(
  server: () => Promise<Server>,
  stop: () => Promise<void>,
  settings?: object,
): VectorStoreHarness {
  const names = new Set<string>();

  async function ask(method: string, name: string, body?: object): Promise<string> {
    const { url, apiKey } = await server();
    const headers = { 'content-type': 'application/json', ...(apiKey !== undefined && { 'api-key': apiKey }) };
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await fetch(`${url}/collections/${name}`, { method, headers, ...json })).text();
  }

  return {
    async open(identity) {
      const store = await createQdrantStore({
        ...(await server()),
        identity,
        timeoutMs: 20_000,
        startTimeoutMs: 5000,
        newCollection: { shards: 1, replicationFactor: 1, quantization: 'none', onDisk: false },
        logger: createSilentLogger(),
      });
      const { name } = await store.stats();
      names.add(name);
      if (settings !== undefined) await ask('PATCH', name, settings);
      return store;
    },
    /** A graph is made in the background, beginning a moment after the write. */
    async settle(store) {
      if (settings === undefined) return;
      const { name } = await store.stats();
      for (let looks = 0; looks < 5; looks += 1) {
        await sleep(100);
        if (!(await ask('GET', name)).includes('"status":"green"')) looks = 0;
      }
    },
    async cleanup() {
      for (const name of names) await ask('DELETE', name);
      await stop();
    },
  };
}

let started: Promise<QdrantDouble> | undefined;
const onDouble = createHarness(
  async () => {
    started ??= createQdrantDouble({ apiKey: 'a-key' });
    return { url: (await started).url, apiKey: 'a-key' };
  },
  async () => (await started)?.close(),
);
describeVectorStore('Qdrant (in-process double)', onDouble);

const { QDRANT_TEST_URL = '', QDRANT_TEST_API_KEY } = process.env;
const realServer = async () => ({ url: QDRANT_TEST_URL, apiKey: QDRANT_TEST_API_KEY || undefined });
const leaveRunning = async () => undefined;
const options = { skip: QDRANT_TEST_URL === '' };
describeVectorStore('Qdrant (real server, QDRANT_TEST_URL)', createHarness(realServer, leaveRunning), options);
const byGraph = createHarness(realServer, leaveRunning, SEARCH_BY_GRAPH);
describeVectorStore('Qdrant (real server, QDRANT_TEST_URL, searching by graph)', byGraph, {
  ...options,
  parts: RANKING_PARTS,
});
