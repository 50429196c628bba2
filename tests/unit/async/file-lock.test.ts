import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileLockError, lockFile, withFileLock } from '../../../src/async/file-lock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a lock on a file', () => {
  test('is held by one at a time, leaves an empty file, and can be taken again', async () => {
    const lock = lockFile(path);
    expect(() => lockFile(path)).toThrow(expect.objectContaining({ held: true }));
    lock.close();
    lockFile(path).close();
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test('those who wait come in one by one, and each is told once that it waits', async () => {
    let inside = 0;
    let waits = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    };
    const onWait = () => {
      waits += 1;
    };
    await Promise.all([0, 1, 2].map(() => withFileLock(path, { onWait }, work)));
    expect(waits).toBe(2);
  });

  test('work that fails gives the lock back', async () => {
    await expect(withFileLock(path, {}, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
    lockFile(path).close();
  });

  test('whoever is told to stop waiting stops', async () => {
    const lock = lockFile(path);
    const controller = new AbortController();
    const reason = new Error('enough');
    const options = { signal: controller.signal, onWait: () => controller.abort(reason) };
    await expect(withFileLock(path, options, async () => {})).rejects.toBe(reason);
    lock.close();
  });

  test('a place that cannot be locked is told at once, not waited for', async () => {
    await writeFile(join(folder, 'file'), '');
    const attempt = withFileLock(join(folder, 'file', 'lock'), {}, async () => {});
    await expect(attempt).rejects.toThrow(FileLockError);
    await expect(attempt).rejects.toMatchObject({ held: false, message: expect.stringContaining('cannot be locked') });
  });
});
