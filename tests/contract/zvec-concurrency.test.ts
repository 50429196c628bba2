import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

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
