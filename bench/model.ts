// What a search and the indexing of a product cost, by part: `npm run bench:model`. CLIP_MODEL, QDRANT_URL and the other
// variables choose what is measured; without any, the bundled model on the embedded store. It works on a collection of
// its own and leaves nothing behind.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadConfig, ownOrigins } from '../src/config.ts';
import { createDeps } from '../src/deps.ts';
import { createSilentLogger } from '../src/logger.ts';
import { DEMO_CATALOGUE_DIR } from '../src/package-root.ts';
import { type SearchMode, searchRequestSchema } from '../src/services/search/search-request.ts';
import type { SearchResult } from '../src/services/search/types.ts';

const RUNS = 100;

const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
const config = loadConfig({ ...process.env, DATA_DIR: dataDir, COLLECTION: `bench-${process.pid}` });
const deps = await createDeps(config, createSilentLogger(), ownOrigins(config, config.port));
const { search, indexing } = deps.services;

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
print(`model ${deps.model.id} (${deps.model.dtype}), store ${deps.store.backend}, cache ${deps.cache.backend}\n`);

const lines = (await readFile(join(DEMO_CATALOGUE_DIR, 'products.jsonl'), 'utf8')).split('\n').filter(Boolean);
const products = lines.map((line) => {
  const { image, attributes, ...product } = JSON.parse(line);
  const pairs = Object.entries(attributes).map(([name, value]) => ({ name, value: String(value) }));
  return { ...product, attributes: pairs, imageUrl: `http://localhost:${config.port}/demo/images/${image}` };
});

const started = performance.now();
const outcomes = await indexing.indexProducts(products);
const indexed = outcomes.filter(({ status }) => status === 'indexed').length;
print(`indexing   ${(indexed / ((performance.now() - started) / 1000)).toFixed(1)} products/s (${indexed} products)`);

// Numbers in the words keep every text new: no cache answers for the model.
for (const mode of ['VECTOR', 'LEXICAL', 'HYBRID'] satisfies SearchMode[]) {
  await measure(`text ${mode}`, (run) => searchFor({ text: `red dress ${mode} ${run}`, mode }));
}
// Compressed anew, they are other bytes than those that were indexed.
const photos = await Promise.all(
  lines.slice(0, RUNS).map(async (line) => {
    const jpeg = await sharp(join(DEMO_CATALOGUE_DIR, 'images', JSON.parse(line).image))
      .jpeg()
      .toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  }),
);
await measure('image', (run) => searchFor({ imageUrl: photos[run] ?? '', mode: 'VECTOR' }));

const { name } = await deps.store.stats();
await deps.close();
if (config.qdrant) {
  const headers = config.qdrant.apiKey === undefined ? {} : { 'api-key': config.qdrant.apiKey };
  await fetch(`${config.qdrant.url}/collections/${name}`, { method: 'DELETE', headers });
}
await rm(dataDir, { recursive: true, force: true });

function searchFor(query: { text?: string; imageUrl?: string; mode: SearchMode }): Promise<SearchResult> {
  return search.search(searchRequestSchema.parse({ query }));
}

/** Runs a search some times, one after the other, and prints medians and 95th percentiles in milliseconds. */
async function measure(name: string, run: (index: number) => Promise<SearchResult>): Promise<void> {
  const timings: SearchResult['timing'][] = [];
  for (let index = 0; index < RUNS; index++) timings.push((await run(index)).timing);
  const parts = (['embed', 'search', 'total'] as const).map((part) => {
    const sorted = timings.map((timing) => timing[part]).sort((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (RUNS - 1))] ?? 0).toFixed(1);
    return `${part} ${at(0.5)} / ${at(0.95)}`;
  });
  print(`${name.padEnd(14)} ${parts.join('   ')}   ms (median / p95 of ${RUNS})`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
