import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { StartupError } from '../../src/errors.ts';
import { downloadModel, type ModelDownload } from '../../src/model/hub/download-model.ts';
import { type HubServer, MODEL_ID, smallFiles, startHubServer } from './hub-server.ts';

export const fp32 = { visionDtype: 'fp32', textDtype: 'fp32' } as const;
export const small: ReadonlyMap<string, Buffer> = smallFiles();
/** What Vitrine needs of the files on the test's Hub. */
export const needed = [...small.keys()].filter((path) => path !== 'MODEL_CARD.md').sort();

/** Without trying again. */
export const ONCE = { firstMs: 1, maxMs: 1, tries: 1 };

/** The Hub of the running test, with small files, and its empty folder for models. */
export let hub: HubServer;
export let cacheDir: string;
/** The folder of the test's model. */
export let folder: string;

/** Gives each test of the file a Hub and a folder of its own. */
export function useHub(): void {
  beforeEach(async () => {
    hub = await startHubServer(smallFiles());
    cacheDir = await mkdtemp(join(tmpdir(), 'vitrine-hub-'));
    folder = join(cacheDir, ...MODEL_ID.split('/'));
  });
  afterEach(async () => {
    await hub.close();
    await rm(cacheDir, { recursive: true, force: true });
  });
}

/** Downloads the test's model from the test's Hub, without trying again. */
export function download(options: Partial<ModelDownload> = {}) {
  const access = { endpoint: hub.origin, tries: ONCE };
  return downloadModel({ id: MODEL_ID, folder, ...fp32, ...options, hub: { ...access, ...options.hub } });
}

/** The one line that a person would read. */
export async function problemOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StartupError)) throw new Error('it should have failed with a StartupError', { cause: error });
  expect(error.message).not.toContain('\n');
  return error.message;
}

/** Everything in the model's folder, by path. */
export function filesOf(): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** What has arrived of a file that is not whole yet, by path. */
export function partsOf(path: string): string[] {
  return filesOf().filter((name) => name.startsWith(`.parts/${path}.`));
}

/** Ranges that were asked for of a file, in order. */
export function rangesOf(path: string): (string | undefined)[] {
  return hub.requests.filter((request) => request.path.endsWith(`/${path}`)).map(({ range }) => range);
}

/** Nothing is missing, nothing is left over, and every byte is right. */
export function expectWhole(files: ReadonlyMap<string, Buffer> = small): void {
  expect(filesOf()).toEqual(['download.lock', ...needed, 'vitrine-model.json'].sort());
  for (const path of needed) expect(readFileSync(join(folder, path)).equals(files.get(path) ?? Buffer.of())).toBe(true);
}
