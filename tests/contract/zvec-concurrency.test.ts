import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createZvecStore } from '../../src/adapters/vector-store/zvec/store.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { DIMENSION, makeItem, unitVector } from './vector-store/fixtures.ts';

test('customers who search while the index is built get their answers: the store does not hang', {
  timeout: 60_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-zvec-concurrency-'));
  const program = fileURLToPath(new URL('./zvec/searching-process.ts', import.meta.url));
  const limits = { timeout: 45_000, killSignal: 'SIGKILL' } as const;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, dataDir], limits);
    expect(stdout).toBe('done\n');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a busy store is not taken for one that is away: health waits for the next answer, not for the whole queue', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-zvec-busy-'));
  const identity = { name: 'products', modelId: 'mini', dimension: DIMENSION };
  const store = await createZvecStore({ dataDir, identity, logger: createSilentLogger() });
  try {
    await store.upsert(Array.from({ length: 50 }, (_, i) => makeItem({ id: `p${i}` }, i)));
    let answers = 0;
    const searches = Array.from({ length: 200 }, async (_, i) => {
      await store.search({ by: 'vector', embedding: unitVector(i) }, { offset: 0, limit: 5 });
      answers += 1;
    });
    await store.ping();
    expect(answers).toBeLessThan(100);
    await Promise.all(searches);
  } finally {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
