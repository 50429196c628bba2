import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteStore } from '../../../src/adapters/vector-store/sqlite/store.ts';
import type { IndexedProduct, VectorStore } from '../../../src/adapters/vector-store/types.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { cosine, randomNumbers, search, unitVector } from '../vector-store/fixtures.ts';
import { DIMENSION, type RandomWrite, randomWrite } from './random-writes.ts';

const WRITERS = 4;

/** What a round of killing showed; all but `acknowledged` and `products` are to be zero, or 1 for the recall. */
export interface KillRound {
  acknowledged: number;
  products: number;
  /** Acknowledged products that are not there, or not as they were acknowledged. */
  lost: number;
  /** Deleted products that came back. */
  back: number;
  integrity: string;
  /** Share of the ten nearest, for ten questions, against every product by its own vector. */
  recallAt10: number;
}

/**
 * Writes, writes anew and deletes at random in a process of its own, kills it with SIGKILL at a moment of its own
 * choosing, and looks at what is left; as often as `rounds` says, on one store in `dataDir`.
 */
export async function* killRounds(dataDir: string, rounds: number, seed: number): AsyncGenerator<KillRound> {
  const random = randomNumbers(seed);
  const expected = new Map<string, IndexedProduct>();
  const gone = new Set<string>();
  const next = Array.from({ length: WRITERS }, () => 0);
  for (let round = 0; round < rounds; round += 1) {
    const steps = await writeAndKill(dataDir, next, 20 + random() * 400);
    let acknowledged = 0;
    for (const [writer, last] of steps.entries()) {
      for (let step = next[writer] ?? 0; step <= last; step += 1, acknowledged += 1) {
        carryOut(randomWrite(writer, step), expected, gone);
      }
    }
    const identity = { name: 'products', modelId: 'mini', dimension: DIMENSION, language: 'english' } as const;
    const store = await createSqliteStore({ dataDir, identity, logger: createSilentLogger(), readers: 1 });
    // The one write of each writer that was under way may have happened or not.
    for (const [writer, last] of steps.entries()) {
      const write = randomWrite(writer, last + 1);
      if (await hasHappened(store, write)) carryOut(write, expected, gone);
      next[writer] = last + 2;
    }
    const result = await examine(store, expected, gone);
    await store.close();
    yield { acknowledged, ...result, integrity: checkIntegrity(dataDir) };
  }
}

function carryOut(write: RandomWrite, expected: Map<string, IndexedProduct>, gone: Set<string>): void {
  if ('delete' in write) {
    expected.delete(write.delete);
    gone.add(write.delete);
    return;
  }
  for (const item of write.upsert) {
    expected.set(item.product.id, item);
    gone.delete(item.product.id);
  }
}

async function hasHappened(store: VectorStore, write: RandomWrite): Promise<boolean> {
  if ('delete' in write) return (await store.get([write.delete])).size === 0;
  const found = await store.get(write.upsert.map(({ product }) => product.id));
  return write.upsert.every(({ product }) => found.get(product.id)?.name === product.name);
}

async function examine(store: VectorStore, expected: ReadonlyMap<string, IndexedProduct>, gone: ReadonlySet<string>) {
  const found = await store.get([...expected.keys(), ...gone]);
  let lost = 0;
  for (const [id, { product }] of expected) if (found.get(id)?.name !== product.name) lost += 1;
  const back = [...gone].filter((id) => found.has(id)).length;

  let hits = 0;
  let wanted = 0;
  for (let question = 0; question < 10; question += 1) {
    const embedding = unitVector(90_000 + question, DIMENSION);
    const all = Array.from(expected.values(), (item) => ({
      id: item.product.id,
      score: cosine(embedding, item.embedding),
    }));
    const best = all.sort((left, right) => right.score - left.score).slice(0, 10);
    const answer = await search(store, { by: 'vector', embedding }, { offset: 0, limit: 10 });
    const ids = new Set(answer.map(({ id }) => id));
    wanted += best.length;
    hits += best.filter(({ id }) => ids.has(id)).length;
  }
  return { products: await store.count(), lost, back, recallAt10: wanted === 0 ? 1 : hits / wanted };
}

/** Resolves to the last acknowledged step of each writer. */
async function writeAndKill(dataDir: string, first: readonly number[], afterMs: number): Promise<number[]> {
  const script = join(import.meta.dirname, 'writer-process.ts');
  const child = spawn(process.execPath, [script, dataDir, ...first.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const last = first.map((step) => step - 1);
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'open') setTimeout(() => child.kill('SIGKILL'), afterMs);
    const [writer = Number.NaN, step = Number.NaN] = line.split(' ').map(Number);
    // The last line may have been cut in the middle by the kill.
    if (step === (last[writer] ?? Number.NaN) + 1) last[writer] = step;
  }
  await exited;
  return last;
}

function checkIntegrity(dataDir: string): string {
  const database = new DatabaseSync(join(dataDir, 'store', 'products', 'products.sqlite'), { readOnly: true });
  try {
    return String(database.prepare('PRAGMA integrity_check').get()?.integrity_check);
  } finally {
    database.close();
  }
}
