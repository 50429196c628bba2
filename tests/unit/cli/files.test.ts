import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../../../src/cli/connect.ts';
import { findCatalogue, openErrorsFile } from '../../../src/cli/import-files.ts';
import { explainError } from '../../../src/cli/program.ts';
import { loadConfig } from '../../../src/config.ts';
import { AppError, StartupError } from '../../../src/errors.ts';
import type { LineFailure } from '../../../src/services/import/types.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-files-'));
  await mkdir(join(folder, 'dir.jsonl'));
  await writeFile(join(folder, 'products.csv'), 'id,name,category,price,image\n1,A,c,1,a.jpg\n2,B\n');
  await writeFile(join(folder, 'products.txt'), '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a catalogue is read by its name, and its images are looked for beside it and in images/', async () => {
  const source = findCatalogue(join(folder, 'products.csv'), undefined);
  expect(source).toMatchObject({ format: 'csv', imageFolders: [folder, join(folder, 'images')] });
  expect(await source.count()).toBe(2);
  expect(findCatalogue(join(folder, 'products.txt'), 'jsonl').format).toBe('jsonl');
  expect(findCatalogue('-', 'csv').format).toBe('csv');
});

test.each([
  ['none.jsonl', 'There is no file'],
  ['dir.jsonl', 'is a folder; name the catalogue file in it'],
  ['products.txt', 'say --format jsonl or --format csv'],
])('the catalogue %s is refused before anything is opened', (name, message) => {
  expect(() => findCatalogue(join(folder, name), undefined)).toThrow(message);
});

test('what is piped in needs a format', () => {
  expect(() => findCatalogue('-', undefined)).toThrow('say --format jsonl or --format csv');
});

const failure: LineFailure = { line: 3, id: 'a', code: 'IMAGE_UNREACHABLE', message: 'gone' };

test('a failure is in the errors file at once, so that a crash loses none', async () => {
  const path = join(folder, 'errors.jsonl');
  await writeFile(path, 'errors of last week\n');
  const file = openErrorsFile(path);
  file.write(failure);
  expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(failure)}\n`);
  file[Symbol.dispose]();
  expect(existsSync(path)).toBe(true);
});

test('an import without a failure leaves no errors file, not even that of last week', async () => {
  const path = join(folder, 'errors.jsonl');
  await writeFile(path, 'errors of last week\n');
  openErrorsFile(path)[Symbol.dispose]();
  expect(existsSync(path)).toBe(false);
});

test('an errors file that cannot be written is told before the import, not after hours of it', () => {
  expect(() => openErrorsFile(join(folder, 'no', 'such.jsonl'))).toThrow(StartupError);
});

test.each(['localhost:4000', 'shop.example', 'ftp://shop.example'])(
  'an address such as %s is refused with the right form',
  async (url) => {
    await expect(connect(loadConfig({}), { url })).rejects.toThrow(
      '--url (or VITRINE_URL) must be an http(s) URL such as http://localhost:4000/graphql',
    );
  },
);

test('an error comes with its code and what to do, a defect keeps its stack', () => {
  const refused = explainError(new AppError('UNAUTHENTICATED', 'No key was shown.'));
  expect(refused).toBeInstanceOf(StartupError);
  expect(refused).toHaveProperty(
    'message',
    'UNAUTHENTICATED: No key was shown. Give a key with --key or VITRINE_API_KEY.',
  );
  const defect = new TypeError('x is not a function');
  expect(explainError(defect)).toBe(defect);
});
