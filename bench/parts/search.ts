// Rows 1 and 2: a whole search over GraphQL, on Qdrant and on the embedded store, against the one query to Qdrant that brings
// the same ten products. Texts are embedded before; answers are not cached. Both sides are warm: before anything is measured
// they work at full load for some seconds, and they take turns by BLOCK searches. QDRANT_TEST_URL names a real Qdrant.
import { Agent, request } from 'undici';
import type { VectorStore } from '../../src/adapters/vector-store/types.ts';
import { loadConfig, ownOrigins } from '../../src/config.ts';
import { createDeps } from '../../src/deps.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { createBenchCatalogue } from '../catalogue.ts';
import { graphIsMade } from '../qdrant-graph.ts';
import { startServer, temporaryFolder } from '../server.ts';
import { alternate, type Paired, type Row } from '../table.ts';

const QDRANT_URL = process.env.QDRANT_TEST_URL ?? '';
const isQuick = process.argv.includes('--quick');
const SIZES = isQuick ? [10_000] : [10_000, 100_000];
const RUNS = isQuick ? 100 : 300;
const CLIENTS = 16;
const SECONDS = isQuick ? 1 : 4;
const WARM_SECONDS = isQuick ? 1 : 3;
/** So many searches of one side run before the other side's have the processor and its caches again. */
const BLOCK = 25;
const BATCH = 100;
/** Different questions; so many embeddings are made before anything is measured. */
const QUESTIONS = 50;

const catalogue = createBenchCatalogue(512);
const client = new Agent({ connections: CLIENTS, keepAliveTimeout: 4_000 });
const DOCUMENT = `query Search($query: SearchInput!, $filter: ProductFilter) {
  searchProducts(query: $query, filter: $filter, first: 10) {
    edges { score node { id name category price currency imageUrl inStock attributes { name value } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

type Search = (run: number) => Promise<void>;

if (QDRANT_URL === '') {
  process.stdout.write(JSON.stringify({ rows: [], notes: ['Rows 1 and 2 need a real Qdrant: QDRANT_TEST_URL.'] }));
} else {
  const rows: Row[] = [];
  for (const size of SIZES) rows.push(...(await measureSize(size)));
  process.stdout.write(JSON.stringify({ rows }));
}
await client.close();

async function measureSize(size: number): Promise<Row[]> {
  await using data = await temporaryFolder();
  const common = {
    DATA_DIR: data.path,
    COLLECTION: `bench-${process.pid}-${size}`,
    DEMO_CATALOGUE: 'off',
    CACHE_TTL: '0',
  };
  const onQdrant = { ...common, QDRANT_URL };
  const collection = await fill(onQdrant, size);
  await fill(common, size);
  await graphIsMade(QDRANT_URL, collection);
  const qdrant = await startServer(onQdrant);
  const embedded = await startServer(common);
  try {
    const alone: Search = (run) => searchQdrant(collection, run);
    const rows: Row[] = [];
    const compare = async (
      number: string,
      what: string,
      search: Search,
      bounds: { ms: Row['bound']; rate?: number },
    ) => {
      for (let run = 0; run < QUESTIONS; run += 1) await search(run);
      for (const side of [search, alone]) await rateOf(side, WARM_SECONDS);
      const shared = { what: `${what}, ${size.toLocaleString('en')} products`, against: 'one query to Qdrant' };
      rows.push({ ...shared, number, unit: 'ms', bound: bounds.ms, ...(await latencies(search, alone)) });
      if (bounds.rate === undefined) return;
      const bound = { times: bounds.rate };
      rows.push({ ...shared, number: `${number} rate`, unit: '/s', bound, ...(await rates(search, alone)) });
    };
    const large = size > 10_000;
    const at = large ? '100,000' : '10,000';
    await compare(`1 VECTOR ${at}`, 'On Qdrant: VECTOR, filtered', (run) => ask(qdrant.url, 'VECTOR', run), {
      ms: { times: 1.5, plus: 1 },
      rate: 0.6,
    });
    await compare(`1 HYBRID ${at}`, 'On Qdrant: HYBRID, filtered', (run) => ask(qdrant.url, 'HYBRID', run), {
      ms: { times: 2, plus: 1 },
    });
    await compare(`2 VECTOR ${at}`, 'Embedded: VECTOR, filtered', (run) => ask(embedded.url, 'VECTOR', run), {
      ms: { times: large ? 1 : 1.2 },
      rate: large ? 1 : 0.8,
    });
    await compare(`2 HYBRID ${at}`, 'Embedded: HYBRID, filtered', (run) => ask(embedded.url, 'HYBRID', run), {
      ms: { times: 2, plus: 1 },
    });
    return rows;
  } finally {
    await Promise.all([qdrant.stop(), embedded.stop()]);
    await request(`${QDRANT_URL}/collections/${collection}`, { method: 'DELETE', dispatcher: client });
  }
}

/** Fills the store that these settings name; resolves to its collection. */
async function fill(environment: Record<string, string>, size: number): Promise<string> {
  const config = loadConfig(environment);
  const deps = await createDeps(config, createSilentLogger(), ownOrigins(config, config.port));
  const store: VectorStore = deps.store;
  for (let start = 0; start < size; start += BATCH) {
    await store.upsert(Array.from({ length: BATCH }, (_, place) => catalogue.item(start + place)));
  }
  const { name } = await store.stats();
  await deps.close();
  return name;
}

async function post(url: string, body: object): Promise<unknown> {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    dispatcher: client,
  });
  return answer.body.json();
}

async function ask(url: string, mode: string, run: number): Promise<void> {
  const filter = catalogue.filter(run % QUESTIONS);
  const { text } = catalogue.question(run % QUESTIONS);
  const answer = await post(url, { query: DOCUMENT, variables: { query: { text, mode }, filter } });
  if (!JSON.stringify(answer).includes('"edges":[{')) throw new Error(`No products: ${JSON.stringify(answer)}`);
}

async function searchQdrant(collection: string, run: number): Promise<void> {
  const { categories, price } = catalogue.filter(run % QUESTIONS);
  const must = [
    { key: 'category', match: { any: categories } },
    { key: 'price', range: { gte: price.min, lte: price.max } },
  ];
  const query = Array.from(catalogue.question(run % QUESTIONS).embedding);
  await post(`${QDRANT_URL}/collections/${collection}/points/query`, {
    query,
    using: 'image',
    limit: 10,
    with_payload: true,
    filter: { must },
  });
}

/** Milliseconds of each search, one after the other. */
function latencies(ours: Search, theirs: Search): Promise<Paired> {
  const timed = (search: Search) => async (block: number) => {
    const times: number[] = [];
    for (let run = block * BLOCK; run < (block + 1) * BLOCK; run += 1) {
      const started = performance.now();
      await search(run);
      times.push(performance.now() - started);
    }
    return times;
  };
  return alternate(RUNS / BLOCK, timed(ours), timed(theirs));
}

function rates(ours: Search, theirs: Search): Promise<Paired> {
  return alternate(
    3,
    () => rateOf(ours, SECONDS),
    () => rateOf(theirs, SECONDS),
  );
}

/** Searches a second with all clients at once. */
async function rateOf(search: Search, seconds: number): Promise<number> {
  let done = 0;
  const started = performance.now();
  const until = started + 1000 * seconds;
  const work = async (of: number) => {
    for (let run = of; performance.now() < until; run += CLIENTS, done += 1) await search(run);
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, of) => work(of)));
  return (1000 * done) / (performance.now() - started);
}
