// What the embedded store can do: `npm run bench:store`, some minutes; --quick measures 10,000 products and kills it less
// often. It works in a temporary folder and leaves nothing behind.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSqliteStore } from '../src/adapters/vector-store/sqlite/store.ts';
import type { MatchQuery, Scoring, SearchOptions, VectorStore } from '../src/adapters/vector-store/types.ts';
import { createSilentLogger } from '../src/logger.ts';
import { killRounds } from '../tests/contract/sqlite/kill-rounds.ts';
import { createBenchCatalogue } from './catalogue.ts';
import { describeFacets, FACET_QUESTIONS, measureFacets } from './facets.ts';

const DIMENSION = 512;
const isQuick = process.argv.includes('--quick');
const SIZES = isQuick ? [10_000] : [10_000, 100_000];
const KILLS = isQuick ? 5 : 50;
const RUNS = 200;
const CLIENTS = 16;
const BATCH = 64;
const WINDOW = { offset: 0, limit: 10 };

const identity = { name: 'bench', modelId: 'bench', dimension: DIMENSION, language: 'english' } as const;
const catalogue = createBenchCatalogue(DIMENSION);

type Search = (store: VectorStore, run: number) => Promise<unknown>;
const filtered = (run: number): SearchOptions => ({ filter: catalogue.filter(run) });
const byVector = (run: number) => ({ by: 'vector', embedding: catalogue.question(run).embedding }) as const;
const byText = (text: string) => ({ by: 'lexical', text }) as const;
const byBoth = (run: number) => {
  const { embedding, text } = catalogue.question(run);
  return { by: 'hybrid', embedding, text, semanticRatio: 0.4 } as const;
};
const matching = (store: VectorStore, scoring: Scoring, more: Partial<MatchQuery> = {}) =>
  store.match({ scoring, minRelevance: scoring.by === 'vector' ? 0 : 0.5, sort: 'RELEVANCE', window: WINDOW, ...more });
const HYBRID: Search = (store, run) => matching(store, byBoth(run), filtered(run));
const SEARCHES: Record<string, Search> = {
  'vector, filtered': (store, run) => matching(store, byVector(run), filtered(run)),
  vector: (store, run) => matching(store, byVector(run)),
  'words, filtered': (store, run) => matching(store, byText(catalogue.question(run).text), filtered(run)),
  words: (store, run) => matching(store, byText(catalogue.question(run).text)),
  'broad words': (store, run) => matching(store, byText(catalogue.question(run).broadText)),
  'hybrid, filtered': HYBRID,
  hybrid: (store, run) => matching(store, byBoth(run)),
  'hybrid, facets': (store, run) => matching(store, byBoth(run), { facets: { maxBuckets: 20 } }),
  'browsing by price': (store, run) => matching(store, { by: 'filter' }, { ...filtered(run), sort: 'PRICE_ASC' }),
  count: (store, run) => store.count(filtered(run)),
};

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
for (const size of SIZES) await benchSize(size);
await benchKilling();

async function benchSize(size: number): Promise<void> {
  print(`\n${size.toLocaleString('en')} products of ${DIMENSION} numbers`);
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  const open = (readers?: number) => createSqliteStore({ dataDir, identity, logger: createSilentLogger(), readers });
  const first = await open();
  row('writing', `${Math.round(await fill(first, size)).toLocaleString('en')} products/s in batches of ${BATCH}`);
  await first.close();

  const started = performance.now();
  const store = await open();
  row('start', `${Math.round(performance.now() - started)} ms`);
  for (const [label, search] of Object.entries(SEARCHES)) {
    const times = await measure(store, search);
    const { rate, delay } = await throughput(store, search);
    row(
      label,
      `p50 ${ms(times, 0.5)}  p95 ${ms(times, 0.95)} ms`,
      `${Math.round(rate)}/s with ${CLIENTS}, event loop p99 ${delay} ms`,
    );
  }
  for (const text of FACET_QUESTIONS) row('facets alone', describeFacets(await measureFacets(store, text)));
  row('recall@10', (await recall(store, size)).toFixed(4));
  await benchWhileWriting(store, size);
  const many = (await throughput(store, HYBRID)).rate;
  await store.close();
  const single = await open(1);
  await throughput(single, HYBRID);
  const one = (await throughput(single, HYBRID)).rate;
  row(
    'all cores',
    `${(many / one).toFixed(2)} times what one reader answers (${Math.round(many)}/s, ${Math.round(one)}/s)`,
  );
  await single.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function benchWhileWriting(store: VectorStore, size: number): Promise<void> {
  const idle = await measure(store, HYBRID);
  const batches = Array.from({ length: 100 }, (_, batch) =>
    Array.from({ length: BATCH }, (_, place) => catalogue.item(size + batch * BATCH + place)),
  );
  let writing = true;
  let written = 0;
  const started = performance.now();
  const writer = (async () => {
    for (let batch = 0; writing; batch += 1, written += BATCH)
      await store.upsert(batches[batch % batches.length] ?? []);
  })();
  const busy = await measure(store, HYBRID);
  const rate = (written / (performance.now() - started)) * 1000;
  writing = false;
  await writer;
  row(
    'while writing',
    `p95 ${ms(busy, 0.95)} ms, idle ${ms(idle, 0.95)} ms`,
    `${Math.round(rate).toLocaleString('en')} products/s`,
  );
}

/** Kills a process that writes, again and again, on one store. */
async function benchKilling(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  const sum = { rounds: 0, acknowledged: 0, lost: 0, back: 0, damaged: 0, recall: 1 };
  for await (const { acknowledged, lost, back, integrity, recallAt10 } of killRounds(dataDir, KILLS, Date.now())) {
    sum.rounds += 1;
    sum.acknowledged += acknowledged;
    sum.lost += lost;
    sum.back += back;
    sum.damaged += integrity === 'ok' ? 0 : 1;
    sum.recall = Math.min(sum.recall, recallAt10);
  }
  print(
    `\n${sum.rounds} times killed (SIGKILL) while four writers added, replaced and deleted, ${sum.acknowledged} writes acknowledged:`,
  );
  print(
    `${sum.lost} lost, ${sum.back} deleted ones back, ${sum.damaged} integrity checks failed, lowest recall@10 ${sum.recall}`,
  );
  await rm(dataDir, { recursive: true, force: true });
}

/** Milliseconds of each of some searches, one after the other. */
async function measure(store: VectorStore, search: Search): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    await search(store, run);
    times.push(performance.now() - started);
  }
  return times;
}

/** Writes products in batches, as indexing does; resolves to products a second, making them not counted. */
async function fill(store: VectorStore, size: number): Promise<number> {
  let spent = 0;
  for (let start = 0; start < size; start += 16 * BATCH) {
    const items = Array.from({ length: Math.min(16 * BATCH, size - start) }, (_, place) =>
      catalogue.item(start + place),
    );
    const started = performance.now();
    for (let at = 0; at < items.length; at += BATCH) await store.upsert(items.slice(at, at + BATCH));
    spent += performance.now() - started;
  }
  return (size / spent) * 1000;
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
    const { matches } = await matching(store, { by: 'vector', embedding });
    const ids = new Set(matches.map(({ product }) => product.id));
    found += best[place]?.filter(({ id }) => ids.has(id)).length ?? 0;
  }
  return found / (10 * questions.length);
}

function ms(times: readonly number[], share: number): string {
  const sorted = times.toSorted((left, right) => left - right);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
}

function row(what: string, ...figures: string[]): void {
  print(`${what.padEnd(20)} ${figures.join('   ')}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
