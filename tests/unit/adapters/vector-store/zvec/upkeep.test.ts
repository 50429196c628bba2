import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createUpkeep } from '../../../../../src/adapters/vector-store/zvec/upkeep.ts';
import { createSilentLogger } from '../../../../../src/logger.ts';

const CALM_MS = 2_000;

describe('when the embedded store tidies up', () => {
  let folder = '';
  let runs: PromiseWithResolvers<void>[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vitrine-upkeep-'));
    runs = [];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (unindexed: number, indexed: boolean) =>
    createUpkeep({
      folder,
      optimize: () => {
        const run = Promise.withResolvers<void>();
        runs.push(run);
        return run.promise;
      },
      productCount: () => 1000,
      start: { unindexed, indexed },
      logger: createSilentLogger(),
      minPending: 100,
      calmMs: CALM_MS,
    });
  const begun = (count: number) => vi.waitFor(() => expect(runs).toHaveLength(count));
  const finish = async (index: number) => {
    runs[index]?.resolve();
    await runs[index]?.promise;
    await new Promise((resolve) => setImmediate(resolve));
  };

  test('a small catalogue is left alone', async () => {
    const upkeep = start(0, false);
    upkeep.noteWrites(99);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(runs).toHaveLength(0);
    await upkeep.close();
  });

  test('it waits until writes calm down, so that an import is not slowed', async () => {
    const upkeep = start(0, false);
    upkeep.noteWrites(100);
    await vi.advanceTimersByTimeAsync(CALM_MS - 1);
    upkeep.noteWrites(1);
    await vi.advanceTimersByTimeAsync(CALM_MS - 1);
    expect(runs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await begun(1);
    await finish(0);
    await upkeep.close();
  });

  test('it does not wait for ever while writes keep coming', async () => {
    const upkeep = start(0, false);
    upkeep.noteWrites(150);
    await vi.advanceTimersByTimeAsync(0);
    await begun(1);
    await finish(0);
    await upkeep.close();
  });

  test('it never runs twice at a time, and what came meanwhile is done after a rest', async () => {
    const upkeep = start(500, false);
    await vi.advanceTimersByTimeAsync(0);
    await begun(1);
    upkeep.noteWrites(10);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(runs).toHaveLength(1);
    await finish(0);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20 * 600_000);
    await begun(2);
    await finish(1);
    await upkeep.close();
  });

  test('a failure is tried again later, not at once', async () => {
    const upkeep = start(500, false);
    await vi.advanceTimersByTimeAsync(0);
    await begun(1);
    runs[0]?.reject(new Error('disk full'));
    await new Promise((resolve) => setImmediate(resolve));
    upkeep.noteWrites(500);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await begun(2);
    await finish(1);
    await upkeep.close();
  });

  test('writes wait while the engine seals what was written, and go on as soon as it has', async () => {
    const upkeep = start(500, false);
    await upkeep.ready();
    await vi.advanceTimersByTimeAsync(0);
    await begun(1);
    let waiting = true;
    const ready = upkeep.ready().then(() => {
      waiting = false;
    });
    await vi.advanceTimersByTimeAsync(50);
    expect(waiting).toBe(true);
    await mkdir(join(folder, '1'));
    vi.useRealTimers();
    await ready;
    expect(waiting).toBe(false);
    await finish(0);
    await upkeep.close();
  });

  test('closing waits for what runs and starts nothing more', async () => {
    const upkeep = start(500, false);
    await vi.advanceTimersByTimeAsync(0);
    await begun(1);
    let closed = false;
    const closing = upkeep.close().then(() => {
      closed = true;
    });
    upkeep.noteWrites(1000);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(closed).toBe(false);
    await finish(0);
    await closing;
    expect(runs).toHaveLength(1);
  });
});
