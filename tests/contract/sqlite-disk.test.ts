import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/vector-store/sqlite/store.ts';
import { StoreLockedError } from '../../src/adapters/vector-store/store-locked.ts';
import type { CollectionIdentity } from '../../src/adapters/vector-store/types.ts';
import { StartupError } from '../../src/errors.ts';
import { createSilentLogger, type Logger } from '../../src/logger.ts';
import type { StoredProduct } from '../../src/product.ts';
import { killRounds } from './sqlite/kill-rounds.ts';
import { DIMENSION, idsOf, makeItem, searchAll, searchWords, unitVector } from './vector-store/fixtures.ts';

const IDENTITY = { name: 'products', modelId: 'mini', dimension: DIMENSION, language: 'english' } as const;
const folders: string[] = [];

async function newDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-sqlite-disk-'));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const open = (dataDir: string, change: Partial<CollectionIdentity> = {}, logger: Logger = createSilentLogger()) =>
  createSqliteStore({ dataDir, identity: { ...IDENTITY, ...change }, logger, readers: 1 });

/** The error that opening ends in. */
async function refusalOf(opening: Promise<unknown>): Promise<Error> {
  const outcome = await opening.catch((error: unknown) => error);
  return outcome instanceof Error ? outcome : expect.fail('The store was opened.');
}

describe('the embedded store on disk', { timeout: 120_000 }, () => {
  test('killed while it writes, again and again, it loses nothing acknowledged and brings nothing deleted back', async () => {
    const dataDir = await newDataDir();
    let rounds = 0;
    for await (const round of killRounds(dataDir, 6, 1)) {
      rounds += 1;
      expect(round).toMatchObject({ lost: 0, back: 0, integrity: 'ok', recallAt10: 1 });
    }
    expect(rounds).toBe(6);
  });

  test('a store that is open already is refused in a way that the command line recognises', async () => {
    const dataDir = await newDataDir();
    const store = await open(dataDir);
    const refusal = await refusalOf(open(dataDir));
    expect(refusal).toBeInstanceOf(StoreLockedError);
    expect(refusal).toBeInstanceOf(StartupError);
    expect(refusal.message).toContain('in use by another Vitrine process');
    expect(refusal.message).toContain(dataDir);
    await store.close();
    await (await open(dataDir)).close();
  });

  test('a product that was stored before there were additional images has none', async () => {
    const { product, embedding } = makeItem({ id: 'old' }, 1);
    const { additionalImageUrls, ...fields } = product;
    const old: StoredProduct = JSON.parse(JSON.stringify(fields));
    const store = await open(await newDataDir());
    await store.upsert([{ product: old, embedding }]);
    expect((await store.get(['old'])).get('old')?.additionalImageUrls).toEqual(additionalImageUrls);
    await store.close();
  });

  test('deleting the folder, as the refusal of another model advises, lets the new model in', async () => {
    const dataDir = await newDataDir();
    await (await open(dataDir)).close();
    const refusal = await refusalOf(open(dataDir, { modelId: 'other' }));
    expect(refusal).toBeInstanceOf(StartupError);
    const folder = join(dataDir, 'store', 'products');
    expect(refusal.message).toContain(folder);
    await rm(folder, { recursive: true });
    const other = await open(dataDir, { modelId: 'other' });
    expect((await other.stats()).name).toBe(`products__other__${DIMENSION}`);
    await other.close();
    expect(await refusalOf(open(dataDir))).toBeInstanceOf(StartupError);
  });

  test('a store that does not say its language is English', async () => {
    const dataDir = await newDataDir();
    await (await open(dataDir)).close();
    const database = new DatabaseSync(join(dataDir, 'store', 'products', 'products.sqlite'));
    database.exec("DELETE FROM meta WHERE name = 'language'");
    database.close();
    expect((await refusalOf(open(dataDir, { language: 'german' }))).message).toContain('SEARCH_LANGUAGE=english');
    await (await open(dataDir)).close();
  });

  test('a store of the version before is brought up to this one where it lies, and knows its words', async () => {
    const dataDir = await newDataDir();
    const store = await open(dataDir);
    await store.upsert([
      makeItem({ id: 'sku-1', name: 'Silk dresses', category: 'Dresses' }, 1),
      makeItem({ id: 'gone', name: 'Lamp' }, 2),
    ]);
    await store.delete('gone');
    const vocabulary = await store.vocabulary();
    await store.close();
    const database = new DatabaseSync(join(dataDir, 'store', 'products', 'products.sqlite'));
    database.exec("DROP TABLE forms; DELETE FROM meta WHERE name = 'language'");
    database.exec("UPDATE meta SET value = 1 WHERE name = 'format'");
    database.close();

    const upgraded = await open(dataDir);
    expect(await upgraded.vocabulary()).toEqual(vocabulary);
    await upgraded.upsert([makeItem({ id: 'new', name: 'Velvet' }, 3)]);
    expect((await upgraded.vocabulary()).words.map(({ word }) => word)).toContain('velvet');
    await upgraded.close();
    const again = await open(dataDir);
    expect(await again.count()).toBe(2);
    await again.close();
  });

  test('a store of a later version is left alone', async () => {
    const dataDir = await newDataDir();
    await (await open(dataDir)).close();
    const database = new DatabaseSync(join(dataDir, 'store', 'products', 'products.sqlite'));
    database.exec("UPDATE meta SET value = 99 WHERE name = 'format'");
    database.close();
    expect((await refusalOf(open(dataDir))).message).toContain('another version of Vitrine');
  });

  test('a data folder that cannot be made is named', async () => {
    const file = join(await newDataDir(), 'file');
    await writeFile(file, '');
    const refusal = await refusalOf(open(file));
    expect(refusal).toBeInstanceOf(StartupError);
    expect(refusal.message).toContain('DATA_DIR');
  });

  test('a store of the earlier engine is told about in one line and left as it is', async () => {
    const dataDir = await newDataDir();
    await mkdir(join(dataDir, 'zvec'));
    await writeFile(join(dataDir, 'zvec', 'products.json'), '{}');
    const lines: string[] = [];
    const logger = pino({ base: null }, { write: (line: string) => lines.push(line) });
    await (await open(dataDir, {}, logger)).close();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('cannot be trusted');
    expect(lines[0]).toContain('import');
    expect(existsSync(join(dataDir, 'zvec', 'products.json'))).toBe(true);
  });

  test('after closing, calls say that the store is closed; closing twice does no harm', async () => {
    const store = await open(await newDataDir());
    const writing = store.upsert(Array.from({ length: 60 }, (_, index) => makeItem({ id: `p${index}` }, index)));
    await Promise.all([store.close(), store.close(), writing]);
    const closed = { code: 'VECTOR_STORE_UNAVAILABLE' };
    await expect(store.count()).rejects.toMatchObject(closed);
    await expect(store.ping()).rejects.toMatchObject(closed);
    await expect(store.upsert([makeItem({ id: 'late' }, 1)])).rejects.toMatchObject(closed);
    await expect(searchAll(store, { by: 'filter' })).rejects.toMatchObject(closed);
  });

  test('an embedding of the wrong length is refused before anything of the call is written', async () => {
    const store = await open(await newDataDir());
    const items = [makeItem({ id: 'a' }, 1), makeItem({ id: 'b' }, new Float32Array(3))];
    await expect(store.upsert(items)).rejects.toThrow(RangeError);
    expect(await store.count()).toBe(0);
    await store.close();
  });

  test('a catalogue that is sent again and again stays found, while what it replaced is cleared away', async () => {
    const dataDir = await newDataDir();
    const store = await open(dataDir);
    const items = (round: number) =>
      Array.from({ length: 1_000 }, (_, index) =>
        makeItem({ id: `p${index}`, name: `Lamp round${round} number${index}` }, round * 10_000 + index),
      );
    for (let round = 0; round < 9; round += 1) await store.upsert(items(round));
    await store.delete('p7');
    const check = async (opened: typeof store) => {
      expect(await opened.count()).toBe(999);
      expect(idsOf(await searchWords(opened, 'round8 number12'))[0]).toBe('p12');
      expect(await searchWords(opened, 'round7')).toEqual([]);
      const hits = await searchAll(opened, { by: 'vector', embedding: unitVector(80_123) });
      expect(hits[0]).toMatchObject({ id: 'p123', score: 1 });
      expect(hits).toHaveLength(999);
    };
    await check(store);
    await store.close();
    const again = await open(dataDir);
    await check(again);
    await again.close();
  });

  test('any tool opens the file, also while the server runs', async () => {
    const dataDir = await newDataDir();
    const store = await open(dataDir);
    await store.upsert([makeItem({ id: 'a', name: 'Lamp' }, 1)]);
    const database = new DatabaseSync(join(dataDir, 'store', 'products', 'products.sqlite'), { readOnly: true });
    expect(database.prepare("SELECT product ->> 'name' AS name FROM products").all()).toMatchObject([{ name: 'Lamp' }]);
    database.close();
    await store.close();
  });

  test('a copy of the folder is a backup, also when it was taken while the server ran', async () => {
    const dataDir = await newDataDir();
    const store = await open(dataDir);
    await store.upsert([makeItem({ id: 'a' }, 1)]);
    const copy = await newDataDir();
    await cp(dataDir, copy, { recursive: true });
    const restored = await open(copy);
    expect((await restored.get(['a'])).size).toBe(1);
    await restored.close();
    await store.close();
  });
});
