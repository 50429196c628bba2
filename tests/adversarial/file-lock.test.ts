import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileLockError, lockFile } from '../../src/async/file-lock.ts';

const ROUNDS = 40;

let folder: string;
const processes: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-lock-'));
});
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function startProcess(...args: string[]): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('lock-process.ts', import.meta.url));
  const child = fork(program, [folder, ...args], { execArgv: [] });
  processes.push(child);
  await once(child, 'message');
  return child;
}

async function enter(child: ChildProcess, round: number): Promise<boolean> {
  child.send(round);
  const [{ alone }] = await once(child, 'message');
  return alone;
}

test('two processes that find the lock of a killed one are never inside together', async () => {
  const owner = await startProcess('keep');
  for (let round = 0; round < ROUNDS; round++) expect(await enter(owner, round)).toBe(true);
  owner.kill('SIGKILL');
  await once(owner, 'exit');

  const rivals = await Promise.all([startProcess(), startProcess()]);
  const alone: boolean[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(...(await Promise.all(rivals.map((rival) => enter(rival, round)))));
  }
  expect(alone).toHaveLength(2 * ROUNDS);
  expect(alone.filter((wasAlone) => !wasAlone)).toEqual([]);
});

test('a lock that another process holds cannot be taken until that process is gone, killed or not', async () => {
  const owner = await startProcess('keep');
  await enter(owner, 0);
  const path = join(folder, 'lock-0');
  expect(() => lockFile(path)).toThrow(FileLockError);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  lockFile(path).close();
});
