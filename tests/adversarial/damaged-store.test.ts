import { cp, mkdtemp, open as openFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/vector-store/sqlite/store.ts';
import { StartupError } from '../../src/errors.ts';
import { createSilentLogger } from '../../src/logger.ts';
import {
  DIMENSION,
  makeItem,
  randomNumbers,
  searchAll,
  searchWords,
  unitVector,
} from '../contract/vector-store/fixtures.ts';

const IDENTITY = { name: 'products', modelId: 'mini', dimension: DIMENSION, language: 'english' } as const;
const COUNT = 200;
const STORE = join('store', 'products');
const open = (dataDir: string) =>
  createSqliteStore({ dataDir, identity: IDENTITY, logger: createSilentLogger(), readers: 1 });
const item = (index: number) => makeItem({ id: `p${index}`, name: `Lamp number${index}` }, index);

/** Two states of one store: closed in order, and as a killed process leaves it, half of it in the log. */
let root = '';
const states = { closed: '', killed: '' };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrine-damaged-'));
  states.closed = join(root, 'closed');
  states.killed = join(root, 'killed');
  const first = await open(states.closed);
  await first.upsert(Array.from({ length: COUNT / 2 }, (_, index) => item(index)));
  await first.close();
  const second = await open(states.closed);
  for (let index = COUNT / 2; index < COUNT; index += 10) {
    await second.upsert(Array.from({ length: 10 }, (_, place) => item(index + place)));
  }
  await cp(states.closed, states.killed, { recursive: true });
  await second.close();
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Damage = (file: string, random: () => number) => Promise<void>;
const DAMAGES: Record<string, Damage> = {
  'one bit flipped': async (file, random) => {
    const { size } = await stat(file);
    await using handle = await openFile(file, 'r+');
    const place = Math.floor(random() * size);
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, place);
    byte.writeUInt8(byte.readUInt8() ^ (1 << Math.floor(random() * 8)));
    await handle.write(byte, 0, 1, place);
  },
  'a page of zeros': async (file, random) => {
    const { size } = await stat(file);
    await using handle = await openFile(file, 'r+');
    const place = 512 * Math.floor((random() * size) / 512);
    await handle.write(Buffer.alloc(Math.min(512, size - place)), 0, undefined, place);
  },
  'cut short': async (file, random) => truncate(file, Math.floor(random() * (await stat(file)).size)),
  emptied: (file) => truncate(file, 0),
  removed: (file) => rm(file),
};
/** Trials to a file and kind of damage; what is the same at every try is tried once. */
const TRIALS = (damage: string) => (damage === 'emptied' || damage === 'removed' ? 1 : 10);
const FILES = {
  closed: ['products.sqlite', 'last-commit'],
  killed: ['products.sqlite', 'products.sqlite-wal', 'last-commit'],
};
const CASES = (['closed', 'killed'] as const).flatMap((state) =>
  FILES[state].flatMap((file) => Object.entries(DAMAGES).map(([name, damage]) => ({ state, file, name, damage }))),
);

describe('a store whose files were damaged says so at start, or has lost nothing', { timeout: 120_000 }, () => {
  test.each(CASES)('$file of a $state store, $name', async ({ state, file, name, damage }) => {
    for (let trial = 0; trial < TRIALS(name); trial += 1) {
      const dataDir = join(root, 'trial');
      await rm(dataDir, { recursive: true, force: true });
      await cp(states[state], dataDir, { recursive: true });
      await damage(join(dataDir, STORE, file), randomNumbers(trial * 31 + file.length));
      const opened = await open(dataDir).catch((error: unknown) => error);
      if (opened instanceof Error) {
        expect(opened).toBeInstanceOf(StartupError);
        expect(opened.message).toContain('damaged');
        expect(opened.message).toContain(join(dataDir, STORE));
        continue;
      }
      const store = opened as Awaited<ReturnType<typeof open>>;
      const ids = Array.from({ length: COUNT }, (_, index) => `p${index}`);
      expect({ trial, found: (await store.get(ids)).size }).toEqual({ trial, found: COUNT });
      expect(await searchAll(store, { by: 'vector', embedding: unitVector(7) })).toHaveLength(COUNT);
      expect(await searchWords(store, 'lamp')).toHaveLength(COUNT);
      await store.close();
    }
  });
});
