import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import { StoreLockedError } from '../../src/adapters/vector-store/zvec/open.ts';
import { createZvecStore } from '../../src/adapters/vector-store/zvec/store.ts';
import { StartupError } from '../../src/errors.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { DIMENSION, makeItem, searchAll, unitVector } from './vector-store/fixtures.ts';

const IDENTITY = { name: 'products', modelId: 'mini', dimension: DIMENSION };
const COLLECTION = `products__mini__${DIMENSION}`;
const folders: string[] = [];

async function newDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-zvec-disk-'));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const open = (dataDir: string, change: Partial<typeof IDENTITY> = {}) =>
  createZvecStore({ dataDir, identity: { ...IDENTITY, ...change }, logger: createSilentLogger() });

/** The error that opening ends in. */
async function refusalOf(opening: Promise<unknown>): Promise<Error> {
  const outcome = await opening.catch((error: unknown) => error);
  return outcome instanceof Error ? outcome : expect.fail('The store was opened.');
}

/** Starts a process that writes, and kills it with SIGKILL after it acknowledged `count` products. */
async function writeAndKill(dataDir: string, count: number, whileRunning?: () => Promise<void>): Promise<number> {
  const script = join(import.meta.dirname, 'zvec', 'writer-process.ts');
  const child = spawn(process.execPath, [script, dataDir, String(DIMENSION)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    expect(line).toMatch(/^\d+$/);
    acknowledged = Number(line);
    if (acknowledged < count || child.killed) continue;
    await whileRunning?.();
    child.kill('SIGKILL');
  }
  await exited;
  return acknowledged;
}

describe('the embedded store on disk', { timeout: 60_000 }, () => {
  test('no acknowledged product is lost when the process is killed, and the store opens again at once', async () => {
    const dataDir = await newDataDir();
    const acknowledged = await writeAndKill(dataDir, 100);
    const store = await open(dataDir);
    const ids = Array.from({ length: acknowledged }, (_, index) => `p${index}`);
    expect((await store.get(ids)).size).toBe(acknowledged);
    expect(await searchAll(store, { by: 'vector', embedding: unitVector(7) })).toHaveLength(await store.count());
    await store.close();
  });

  test('nor when it is killed while the index is being built', async () => {
    const dataDir = await newDataDir();
    const acknowledged = await writeAndKill(dataDir, 700);
    const store = await open(dataDir);
    const ids = Array.from({ length: acknowledged }, (_, index) => `p${index}`);
    expect((await store.get(ids)).size).toBe(acknowledged);
    const [hit] = await searchAll(store, { by: 'vector', embedding: unitVector(3) });
    expect(hit).toMatchObject({ id: 'p3', score: 1 });
    await store.close();
  });

  test('a store that another process uses is refused in a way that the command line recognises', async () => {
    const dataDir = await newDataDir();
    let refusal: Error | undefined;
    await writeAndKill(dataDir, 5, async () => {
      refusal = await refusalOf(open(dataDir));
    });
    expect(refusal).toBeInstanceOf(StoreLockedError);
    expect(refusal).toBeInstanceOf(StartupError);
    expect(refusal?.message).toContain('in use by another Vitrine process');
    expect(refusal?.message).toContain(dataDir);
  });

  test('deleting the folder, as the refusal of another model advises, lets the new model in', async () => {
    const dataDir = await newDataDir();
    const store = await open(dataDir);
    await store.close();
    const refusal = await refusalOf(open(dataDir, { modelId: 'other' }));
    const folder = join(dataDir, 'zvec', COLLECTION);
    expect(refusal.message).toContain(folder);
    await rm(folder, { recursive: true });
    const other = await open(dataDir, { modelId: 'other' });
    expect((await other.stats()).name).toBe(`products__other__${DIMENSION}`);
    await other.close();
    expect(await refusalOf(open(dataDir))).toBeInstanceOf(StartupError);
  });

  test('a damaged store gives one clear reason not to start, and never takes the process down', async () => {
    const source = await newDataDir();
    const store = await open(source);
    await store.upsert([makeItem({ id: 'a' }, 1)]);
    await store.close();
    const manifest = (await readdir(join(source, 'zvec', COLLECTION))).find((file) => file.startsWith('manifest'));
    const damages: ((root: string) => Promise<unknown>)[] = [
      (root) => truncate(join(root, COLLECTION, manifest ?? '')),
      (root) => writeFile(join(root, COLLECTION, manifest ?? ''), 'garbage'),
      (root) => rm(join(root, COLLECTION, manifest ?? '')),
      (root) => rm(join(root, COLLECTION, '0'), { recursive: true }),
      (root) => writeFile(join(root, 'products.json'), '{"format": 1'),
    ];
    for (const damage of damages) {
      const dataDir = await newDataDir();
      await cp(source, dataDir, { recursive: true });
      await damage(join(dataDir, 'zvec'));
      const refusal = await refusalOf(open(dataDir));
      expect(refusal).toBeInstanceOf(StartupError);
      expect(refusal.message).toContain('damaged');
      expect(refusal.message).toContain(dataDir);
    }
  });

  test('a store of a later version is left alone', async () => {
    const dataDir = await newDataDir();
    await (await open(dataDir)).close();
    const path = join(dataDir, 'zvec', 'products.json');
    const stored = JSON.parse(await readFile(path, 'utf8'));
    expect(stored).toEqual({ format: 1, ...IDENTITY, collection: COLLECTION });
    await writeFile(path, JSON.stringify({ ...stored, format: 2 }));
    expect((await refusalOf(open(dataDir))).message).toContain('another version of Vitrine');
  });

  test('a data folder that cannot be made is named', async () => {
    const file = join(await newDataDir(), 'file');
    await writeFile(file, '');
    const refusal = await refusalOf(open(file));
    expect(refusal).toBeInstanceOf(StartupError);
    expect(refusal.message).toContain('DATA_DIR');
  });

  test('after closing, calls say that the store is closed; closing twice does no harm', async () => {
    const store = await open(await newDataDir());
    const writing = store.upsert(Array.from({ length: 60 }, (_, index) => makeItem({ id: `p${index}` }, index)));
    await Promise.all([store.close(), store.close(), writing]);
    const closed = { code: 'VECTOR_STORE_UNAVAILABLE' };
    await expect(store.count()).rejects.toMatchObject(closed);
    await expect(store.ping()).rejects.toMatchObject(closed);
    await expect(store.upsert([makeItem({ id: 'late' }, 1)])).rejects.toMatchObject(closed);
    await expect(store.search({ by: 'filter' }, { offset: 0, limit: 1 })).rejects.toMatchObject(closed);
  });

  test('an embedding of the wrong length is refused before anything of the call is written', async () => {
    const store = await open(await newDataDir());
    const items = [makeItem({ id: 'a' }, 1), makeItem({ id: 'b' }, new Float32Array(3))];
    await expect(store.upsert(items)).rejects.toThrow(RangeError);
    expect(await store.count()).toBe(0);
    await store.close();
  });
});
