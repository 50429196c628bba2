// What suggestions cost on the embedded store: `npm run bench:suggest`, a minute or two; --quick takes 10,000 products
// instead of 100,000. It works in a temporary folder and leaves nothing behind.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../src/adapters/vector-store/sqlite/store.ts';
import { createTokenizer } from '../src/adapters/vector-store/tokens.ts';
import type { ProductFilter } from '../src/adapters/vector-store/types.ts';
import { createSilentLogger } from '../src/logger.ts';
import { createSpelling } from '../src/services/search/spelling.ts';
import { createVocabularyService } from '../src/services/search/vocabulary.ts';
import { createSuggestService } from '../src/services/suggest/suggest.ts';
import { suggestRequestSchema } from '../src/services/suggest/suggest-request.ts';
import { createBenchCatalogue } from './catalogue.ts';

/** Suggestions do not look at vectors. */
const DIMENSION = 8;
const SIZE = process.argv.includes('--quick') ? 10_000 : 100_000;
const BATCH = 1_000;
const RUNS = 300;

const catalogue = createBenchCatalogue(DIMENSION);
const identity = { name: 'bench', modelId: 'bench', dimension: DIMENSION, language: 'english' } as const;
const logger = createSilentLogger();
const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
const store = await createSqliteStore({ dataDir, identity, logger });
for (let start = 0; start < SIZE; start += BATCH) {
  await store.upsert(Array.from({ length: BATCH }, (_, place) => catalogue.item(start + place)));
}
const vocabulary = createVocabularyService({ store, epoch: { current: async () => '1' }, logger });
const reader = await createTokenizer('english');
const service = createSuggestService({
  store,
  reader,
  vocabulary,
  spelling: createSpelling({ vocabulary, tokenizer: reader }),
});

/** Every beginning of what somebody types, letter by letter. */
const typed = Array.from({ length: RUNS }, (_, run) => {
  const { text } = catalogue.question(run);
  return text.slice(0, 1 + (run % text.length));
});
const filterOf = (run: number): ProductFilter => catalogue.filter(run);
const ask = (run: number, filter: ProductFilter) =>
  service.suggest(suggestRequestSchema.parse({ prefix: typed[run % RUNS], filter }));

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
print(`${SIZE.toLocaleString('en')} products, ${(await vocabulary.current()).words.length.toLocaleString('en')} words`);
const started = performance.now();
await ask(0, {});
print(`${'the first one'.padEnd(20)} ${(performance.now() - started).toFixed(1)} ms, a new vocabulary made ready`);
await measure('suggestions', () => ({}));
await measure('within a filter', filterOf);
await store.close();
await rm(dataDir, { recursive: true, force: true });

async function measure(what: string, filterFor: (run: number) => ProductFilter): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const begun = performance.now();
    await ask(run, filterFor(run));
    times.push(performance.now() - begun);
  }
  times.sort((left, right) => left - right);
  const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(2);
  print(`${what.padEnd(20)} p50 ${at(0.5)}  p95 ${at(0.95)} ms`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
