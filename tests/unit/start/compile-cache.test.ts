import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../../src/package-root.ts';

const PROGRAM = `
import { keepCompiled } from ${JSON.stringify(new URL('../../../src/start/compile-cache.ts', import.meta.url).href)};
import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
keepCompiled();
const inThread = "import { getCompileCacheDir } from 'node:module'; import { parentPort } from 'node:worker_threads'; parentPort.postMessage(getCompileCacheDir())";
const other = await new Promise((resolve) => new Worker(inThread, { eval: true }).on('message', resolve));
console.log(JSON.stringify([getCompileCacheDir(), other]));`;

test('what a start has compiled is kept with the packages, for its threads too, so that the next one is faster', async () => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM], { env });
  const [own, ofThread]: string[] = JSON.parse(stdout);
  expect(own?.startsWith(join(PACKAGE_ROOT, 'node_modules/.cache/vitrine'))).toBe(true);
  expect(ofThread).toContain('node_modules/.cache/vitrine');
});
