// How well and how fast Qdrant finds products with several images: `QDRANT_URL=http://… npm run bench:qdrant`, some
// minutes for 20,000 products of 4 images. It makes collections of its own and drops them. --products, --images,
// --quantization (none, int8) and --spread (how
// little images have in common, 0.9) change what is measured.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createQdrantApi, type Schemas } from '../src/adapters/vector-store/qdrant/api.ts';
import { createQdrantCall } from '../src/adapters/vector-store/qdrant/call.ts';
import { conditionsOf, toFilter } from '../src/adapters/vector-store/qdrant/filter.ts';
import { IMAGE_VECTOR } from '../src/adapters/vector-store/qdrant/point.ts';
import { toPointId } from '../src/adapters/vector-store/qdrant/point-id.ts';
import { createQdrantStore } from '../src/adapters/vector-store/qdrant/store.ts';
import type { ProductFilter, VectorStore } from '../src/adapters/vector-store/types.ts';
import { createSilentLogger } from '../src/logger.ts';
import { createBenchCatalogue } from './catalogue.ts';
import { describeFacets, FACET_QUESTIONS, measureFacets } from './facets.ts';
import { graphIsMade } from './qdrant-graph.ts';

const DIMENSION = 512;
const QUESTIONS = 200;
const TOP = 10;

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '20000' },
    images: { type: 'string', default: '4' },
    quantization: { type: 'string', default: 'none' },
    spread: { type: 'string', default: '0.9' },
  },
});
const [products, images] = [Number(values.products), Number(values.images)];
const quantization = values.quantization === 'int8' ? 'int8' : 'none';
const url = process.env.QDRANT_URL ?? 'http://127.0.0.1:6333';
const apiKey = process.env.QDRANT_API_KEY || undefined;

const api = createQdrantApi({ url, apiKey });
const call = createQdrantCall({ timeoutMs: 120_000 });
const spread = Number(values.spread);
const catalogue = createBenchCatalogue(DIMENSION, spread);
const FILTERS: Record<string, (run: number) => ProductFilter> = {
  'no filter': () => ({}),
  'a price band, half of all': (run) => ({ price: { min: 40 + (run % 40), max: 140 + (run % 40) } }),
  'three categories, a fifth': (run) => ({ categories: catalogue.filter(run).categories }),
  'both, a tenth': (run) => catalogue.filter(run),
};

/** What a request may say of the search; `exact` compares all vectors. */
const SETTINGS: Record<string, Schemas['SearchParams']> = {
  exact: { exact: true },
  'Qdrant’s default': {},
  ...Object.fromEntries([64, 128, 256, 512].map((ef) => [`hnsw_ef ${ef}`, { hnsw_ef: ef }])),
};

const identity = {
  name: `bench-${randomUUID().slice(0, 8)}`,
  modelId: 'bench',
  dimension: DIMENSION,
  language: 'english',
} as const;
const store = await createQdrantStore({
  url,
  apiKey,
  identity,
  timeoutMs: 120_000,
  newCollection: { shards: 1, replicationFactor: 1, quantization, onDisk: false },
  logger: createSilentLogger(),
});
const { name: collection_name } = await store.stats();
try {
  print(
    `${products.toLocaleString('en')} products, ${images} images each, spread ${spread}, quantization ${quantization}`,
  );
  const started = performance.now();
  await fill(store);
  print(`written in ${seconds(started)} s`);
  await graphIsMade(url, collection_name, apiKey);
  print(`the graph is made after ${seconds(started)} s\n`);
  for (const [label, filter] of Object.entries(FILTERS)) await bench(label, filter);
  for (const text of FACET_QUESTIONS) print(`facets alone: ${describeFacets(await measureFacets(store, text))}`);
} finally {
  await call('drop', (signal) => api.deleteCollection({ collection_name }, { signal }));
  await store.close();
}

async function fill(into: VectorStore): Promise<void> {
  const SIZE = 50;
  for (let start = 0; start < products; start += SIZE) {
    const count = Math.min(SIZE, products - start);
    await into.upsert(Array.from({ length: count }, (_, place) => catalogue.item(start + place, images)));
  }
}

/** The ids that one request finds. */
async function ask(run: number, filter: ProductFilter, params: Schemas['SearchParams']): Promise<string[]> {
  const conditions = toFilter(conditionsOf(filter));
  const query = Array.from(catalogue.question(run).embedding);
  const body = { query, using: IMAGE_VECTOR, limit: TOP, params, with_payload: false };
  const request = { collection_name, ...body, ...(conditions && { filter: conditions }) };
  const { points } = await call('query', (signal) => api.queryPoints(request, { signal }));
  return points.map(({ id }) => String(id));
}

/** What the store answers to a shopper: `nearest` and all. */
async function askStore(run: number, filter: ProductFilter): Promise<string[]> {
  const scoring = { by: 'vector', embedding: catalogue.question(run).embedding } as const;
  const window = { offset: 0, limit: TOP };
  const { matches } = await store.match({ scoring, filter, minRelevance: 0, sort: 'RELEVANCE', window });
  return matches.map(({ product }) => toPointId(product.id));
}

async function bench(label: string, filterOf: (run: number) => ProductFilter): Promise<void> {
  print(`${label} (${await store.count({ filter: filterOf(0) })} products)`);
  const best: string[][] = [];
  const measure = async (what: string, find: (run: number) => Promise<string[]>): Promise<void> => {
    const times: number[] = [];
    let found = 0;
    for (let run = 0; run < QUESTIONS; run += 1) {
      const begun = performance.now();
      const ids = await find(run);
      times.push(performance.now() - begun);
      const wanted = best[run] ?? ids;
      best[run] = wanted;
      found += wanted.filter((id) => ids.includes(id)).length;
    }
    const recall = found / best.reduce((sum, { length }) => sum + length, 0);
    const [p50, p95] = [0.5, 0.95].map((share) => times.toSorted((a, b) => a - b)[Math.floor(share * times.length)]);
    print(
      `  ${what.padEnd(20)} recall@${TOP} ${recall.toFixed(4)}   p50 ${p50?.toFixed(1)}  p95 ${p95?.toFixed(1)} ms`,
    );
  };
  for (const [what, params] of Object.entries(SETTINGS)) {
    const rescored = quantization === 'int8' && !params.exact ? { quantization: { rescore: true } } : {};
    await measure(what, (run) => ask(run, filterOf(run), { ...params, ...rescored }));
  }
  await measure('as the store asks', (run) => askStore(run, filterOf(run)));
  print('');
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
