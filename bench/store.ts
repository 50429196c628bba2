// What the embedded store can do: `npm run bench:store`, some minutes; --quick measures 10,000 products only. It works in
// a temporary folder and leaves nothing behind.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSqliteStore } from '../src/adapters/vector-store/sqlite/store.ts';
import type { SearchOptions, VectorStore } from '../src/adapters/vector-store/types.ts';
import { createZvecStore } from '../src/adapters/vector-store/zvec/store.ts';
import { createSilentLogger } from '../src/logger.ts';
import { type BenchCatalogue, createBenchCatalogue } from './catalogue.ts';

const DIMENSION = 512;
const SIZES = process.argv.includes('--quick') ? [10_000] : [10_000, 100_000];
const RUNS = 200;
const CLIENTS = 16;
const BATCH = 64;
const WINDOW = { offset: 0, limit: 10 };

const identity = { name: 'bench', modelId: 'bench', dimension: DIMENSION };
const logger = createSilentLogger();
const STORES: Record<string, (dataDir: string, readers?: number) => Promise<VectorStore>> = {
  sqlite: (dataDir, readers) => createSqliteStore({ dataDir, identity, logger, readers }),
  zvec: (dataDir) => createZvecStore({ dataDir, identity, logger }),
};
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7);
const names = Object.keys(STORES).filter((name) => only === undefined || name === only);
const catalogue = createBenchCatalogue(DIMENSION);

type Search = (store: VectorStore, run: number) => Promise<unknown>;
const filtered = (run: number): SearchOptions => ({ filter: catalogue.filter(run) });
const byVector = (run: number) => ({ by: 'vector', embedding: catalogue.question(run).embedding }) as const;
const byText = (text: string) => ({ by: 'lexical', text }) as const;
const both = (run: number) => {
  const { embedding, text } = catalogue.question(run);
  return { embedding, text, vectorLimit: 200, lexicalLimit: 200 };
};
const SEARCHES: Record<string, Search> = {
  'vector, filtered': (store, run) => store.search(byVector(run), WINDOW, filtered(run)),
  vector: (store, run) => store.search(byVector(run), WINDOW),
  'words, filtered': (store, run) => store.search(byText(catalogue.question(run).text), WINDOW, filtered(run)),
  words: (store, run) => store.search(byText(catalogue.question(run).text), WINDOW),
  'broad words': (store, run) => store.search(byText(catalogue.question(run).broadText), WINDOW),
  '200 + 200, filtered': (store, run) => store.searchBoth(both(run), filtered(run)),
  '200 + 200': (store, run) => store.searchBoth(both(run)),
  count: (store, run) => store.count(filtered(run)),
};

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
for (const size of SIZES) await benchSize(size);

async function benchSize(size: number): Promise<void> {
  print(`\n${size.toLocaleString('en')} products of ${DIMENSION} numbers`);
  const opened: { name: string; store: VectorStore; dataDir: string }[] = [];
  for (const name of names) {
    const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
    opened.push({ name, dataDir, store: await open(name, dataDir) });
  }
  for (const { name, store } of opened) {
    const rate = await fill(store, 0, size);
    row('writing', name, `${Math.round(rate).toLocaleString('en')} products/s`);
  }
  // The other engine builds its index a while after the last write.
  if (names.includes('zvec')) await new Promise((resolve) => setTimeout(resolve, size / 2));
  for (const part of opened) {
    const before = process.memoryUsage().rss;
    await part.store.close();
    const started = performance.now();
    part.store = await open(part.name, part.dataDir);
    row(
      'start',
      part.name,
      `${Math.round(performance.now() - started)} ms`,
      `rss ${toMb(process.memoryUsage().rss)} MB (${toMb(before)} before)`,
    );
  }
  for (const [label, search] of Object.entries(SEARCHES)) {
    const times = new Map(opened.map(({ name }) => [name, [] as number[]]));
    for (let run = 0; run < RUNS; run += 1) {
      for (const { name, store } of opened) {
        const started = performance.now();
        await search(store, run);
        times.get(name)?.push(performance.now() - started);
      }
    }
    for (const { name, store } of opened) {
      const { rate, delay } = await throughput(store, search);
      const own = times.get(name) ?? [];
      row(
        label,
        name,
        `p50 ${ms(own, 0.5)}  p95 ${ms(own, 0.95)} ms`,
        `${Math.round(rate)}/s with ${CLIENTS}, loop p99 ${delay} ms`,
      );
    }
  }
  for (const { name, store } of opened) row('recall@10', name, (await recall(store, size)).toFixed(4));
  for (const { name, store } of opened) await benchWhileWriting(name, store, size);
  for (const { store, dataDir } of opened) {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function benchWhileWriting(name: string, store: VectorStore, size: number): Promise<void> {
  const search = SEARCHES['200 + 200, filtered'];
  if (search === undefined) return;
  const measure = async (): Promise<number[]> => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const started = performance.now();
      await search(store, run);
      times.push(performance.now() - started);
    }
    return times;
  };
  const idle = await measure();
  const batches = Array.from({ length: 100 }, (_, batch) =>
    Array.from({ length: BATCH }, (_, place) => catalogue.item(size + batch * BATCH + place)),
  );
  let writing = true;
  const written = (async () => {
    for (let batch = 0; writing; batch += 1) await store.upsert(batches[batch % batches.length] ?? []);
  })();
  const busy = await measure();
  writing = false;
  await written;
  row('while writing', name, `p95 ${ms(busy, 0.95)} ms, idle ${ms(idle, 0.95)} ms`);
}

function open(name: string, dataDir: string): Promise<VectorStore> {
  const opener = STORES[name];
  if (opener === undefined) throw new Error(`There is no store named ${name}.`);
  return opener(dataDir);
}

/** Writes products in batches, as indexing does; resolves to products a second, making them not counted. */
async function fill(store: VectorStore, from: number, to: number): Promise<number> {
  let spent = 0;
  for (let start = from; start < to; start += 16 * BATCH) {
    const batches: ReturnType<BenchCatalogue['item']>[][] = [];
    for (let at = start; at < Math.min(to, start + 16 * BATCH); at += BATCH) {
      batches.push(Array.from({ length: Math.min(BATCH, to - at) }, (_, place) => catalogue.item(at + place)));
    }
    const started = performance.now();
    for (const batch of batches) await store.upsert(batch);
    spent += performance.now() - started;
  }
  return ((to - from) / spent) * 1000;
}

async function throughput(store: VectorStore, search: Search): Promise<{ rate: number; delay: string }> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const started = performance.now();
  let run = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (run < 2 * RUNS) await search(store, run++);
    }),
  );
  delays.disable();
  return { rate: (run / (performance.now() - started)) * 1000, delay: (delays.percentile(99) / 1e6).toFixed(1) };
}

/** Against every product by its own vector. */
async function recall(store: VectorStore, size: number): Promise<number> {
  const questions = Array.from({ length: 20 }, (_, run) => catalogue.question(run).embedding);
  const best = questions.map(() => [] as { id: string; score: number }[]);
  for (let at = 0; at < size; at += 1) {
    const { product, embedding } = catalogue.item(at);
    for (const [place, question] of questions.entries()) {
      const score = embedding.reduce((sum, value, index) => sum + value * (question[index] ?? 0), 0);
      const list = best[place];
      if (list === undefined || (list.length === 10 && score <= (list[9]?.score ?? 0))) continue;
      list.push({ id: product.id, score });
      list.sort((left, right) => right.score - left.score);
      list.length = Math.min(list.length, 10);
    }
  }
  let found = 0;
  for (const [place, embedding] of questions.entries()) {
    const hits = await store.search({ by: 'vector', embedding }, WINDOW);
    const ids = new Set(hits.map(({ id }) => id));
    found += best[place]?.filter(({ id }) => ids.has(id)).length ?? 0;
  }
  return found / (10 * questions.length);
}

function ms(times: readonly number[], share: number): string {
  const sorted = times.toSorted((left, right) => left - right);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
}

function toMb(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function row(what: string, name: string, ...figures: string[]): void {
  print(`${what.padEnd(20)} ${name.padEnd(7)} ${figures.join('   ')}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
