import { createQdrantStore } from '../../src/adapters/vector-store/qdrant/store.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { createQdrantDouble, type QdrantDouble } from '../support/qdrant-double/server.ts';
import { describeVectorStore, type VectorStoreHarness } from './vector-store-suite.ts';

interface Server {
  url: string;
  apiKey: string | undefined;
}

/** Opens collections on a server that is there when the first test runs, and drops them all at the end. */
function createHarness(server: () => Promise<Server>, stop: () => Promise<void>): VectorStoreHarness {
  const names = new Set<string>();
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
      names.add((await store.stats()).name);
      return store;
    },
    async cleanup() {
      const { url, apiKey } = await server();
      for (const name of names) {
        const headers = apiKey === undefined ? {} : { 'api-key': apiKey };
        await fetch(`${url}/collections/${name}`, { method: 'DELETE', headers });
      }
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
const onRealServer = createHarness(
  async () => ({ url: QDRANT_TEST_URL, apiKey: QDRANT_TEST_API_KEY || undefined }),
  async () => undefined,
);
describeVectorStore('Qdrant (real server, QDRANT_TEST_URL)', onRealServer, { skip: QDRANT_TEST_URL === '' });
