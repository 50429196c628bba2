import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyFolder } from '../../src/model/hub/manifest.ts';
import { BUNDLED_MODEL, locateModel } from '../../src/model/model-location.ts';
import { COMMIT, type HubServer, MODEL_ID, startHubServer, VISION } from '../support/hub-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const SEARCH = `{ searchProducts(query: { text: "red dress", mode: VECTOR }) { edges { node { id } } } }`;
const INDEX = `mutation ($url: URL!) {
  indexProduct(input: { id: "1", name: "Red dress", category: "dresses", price: 1, imageUrl: $url }) { id }
}`;

let hub: HubServer;
let dataDir: string;
let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  hub = await startHubServer();
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-start-'));
  folder = join(dataDir, 'models', ...MODEL_ID.split('/'));
  env = { DATA_DIR: dataDir, CLIP_MODEL: MODEL_ID, HF_ENDPOINT: hub.origin, DEMO_CATALOGUE: 'off' };
});
afterEach(async () => {
  await hub.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Runs a program of ours to its end. */
function run(program: string, args: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: dataDir,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return { child, output, ended: once(child, 'close').then(([code]) => ({ code, ...output })) };
}

const vitrine = (...args: string[]) => run(CLI, args).ended;

async function ask(server: ServerProcess, query: string, variables = {}) {
  const response = await fetch(`${server.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

describe('CLIP_MODEL is a Hub id', () => {
  test('the first start downloads it and searches, the next one needs no Hub', async () => {
    const first = await startServerProcess(env);
    const indexed = await ask(first, INDEX, { url: `${first.origin}/demo/images/sku-0050.png` });
    const found = await ask(first, SEARCH);
    const said = first.output();
    expect(await first.stop()).toBe(0);
    expect(indexed).toMatchObject({ data: { indexProduct: { id: '1' } } });
    expect(found).toMatchObject({ data: { searchProducts: { edges: [{ node: { id: '1' } }] } } });
    expect(said).toContain(`${MODEL_ID} is not on this machine yet. Downloading it from ${hub.origin}`);
    expect(said).toContain(`${VISION}: 15.3 MB`);

    await hub.close();
    const second = await startServerProcess(env);
    const foundAgain = await ask(second, SEARCH);
    expect(await second.stop()).toBe(0);
    expect(foundAgain).toEqual(found);
    expect(second.output()).not.toContain('Downloading');
  });

  test('without it and without a connection the start ends with one line that says how to bring the files', async () => {
    hub.trouble.hangUp = true;
    const { code, stderr } = await run(MAIN, []).ended;
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`copy its files into ${folder}`);
  });

  test('files brought by hand are used as they are, without a request', async () => {
    await cp(locateModel(BUNDLED_MODEL).folder, folder, { recursive: true });
    const server = await startServerProcess(env);
    expect(await server.stop()).toBe(0);
    expect(hub.requests).toEqual([]);
  });

  test('a start that is told to stop while downloading stops at once, in good order', async () => {
    hub.trouble.silence = { path: VISION, after: 1_000_000 };
    const { child, output, ended } = run(MAIN, []);
    await expect.poll(() => hub.requests.some(({ path }) => path.endsWith(VISION)), { timeout: 20_000 }).toBe(true);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(output.stderr).toBe('');
  });
});

describe('vitrine model', () => {
  test('download, list and check, from an empty folder to a model that may go into production', async () => {
    env.HF_TOKEN = 'of-the-test';
    const downloaded = await vitrine('model', 'download', MODEL_ID);
    expect(downloaded).toMatchObject({ code: 0 });
    expect(downloaded.stdout).toBe(
      `${MODEL_ID} is in ${folder}: revision ${COMMIT}, 20.9 MB, vision fp32, text fp32\n`,
    );
    expect(downloaded.stderr).toContain('7 files to fetch, 20.9 MB');

    expect(hub.requests.every(({ authorization }) => authorization === 'Bearer of-the-test')).toBe(true);

    const { stdout } = await vitrine('model', 'list');
    const lines = stdout.split('\n').map((line) => line.split(/\s{2,}/));
    expect(lines[0]).toEqual(['Model', 'Revision', 'Vision', 'Text', 'Size', 'Dimension']);
    expect(lines[1]).toEqual(['mini', '–', 'fp32', 'fp32', '20.9 MB', '512']);
    expect(lines[2]).toEqual([MODEL_ID, COMMIT.slice(0, 12), 'fp32', 'fp32', '20.9 MB', '512']);

    await hub.close();
    const checked = await vitrine('model', 'check', MODEL_ID);
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toContain(`7 as the Hub has them at revision ${COMMIT}`);
    expect(checked.stdout).toContain('512 dimensions, from images of 112 x 112');
    expect(checked.stdout).toMatch(/12 of 12 captions|11 of 12 captions/);
    expect(checked.stdout).toMatch(/text [\d.]+ ms, image [\d.]+ ms \(medians of 15/);
  });

  test('a download that was killed goes on where it was, and its lock is in nobody’s way', async () => {
    hub.trouble.silence = { path: VISION, after: 1_000_000 };
    const killed = run(CLI, ['model', 'download', MODEL_ID]);
    const sizes = async () => {
      const names = await readdir(join(folder, '.parts', 'onnx')).catch(() => []);
      return names.filter((name) => name.startsWith('vision_model'));
    };
    await expect.poll(sizes, { timeout: 20_000 }).toHaveLength(1);
    killed.child.kill('SIGKILL');
    await killed.ended;

    hub.trouble.silence = undefined;
    const { code, stderr } = await vitrine('model', 'download', MODEL_ID);
    expect(code).toBe(0);
    expect(stderr).not.toContain('waiting');
  });

  test('two processes at once both succeed, and nothing comes twice', async () => {
    const both = await Promise.all([vitrine('model', 'download', MODEL_ID), vitrine('model', 'download', MODEL_ID)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(hub.requests.filter(({ path }) => path.endsWith(VISION))).toHaveLength(1);
    expect(await verifyFolder(folder, { visionDtype: 'fp32', textDtype: 'fp32' })).toContain('7 as the Hub has them');
  });

  test('a dtype that the model has not: which ones it has, and exit code 1', async () => {
    const { code, stderr } = await vitrine('model', 'download', MODEL_ID, '--text-dtype', 'q4');
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('text tower as fp32');
  });
});
