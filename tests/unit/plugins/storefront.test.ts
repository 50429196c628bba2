import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStorefront, useStorefront } from '../../../src/plugins/storefront.ts';

const PAGE = '<!doctype html><html data-graphiql="on"><script src="/assets/index-a1.js"></script></html>';
const SCRIPT = 'console.log("the shop");'.repeat(50);

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrine-storefront-'));
  folder = join(root, 'built');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(root, 'secret.js'), 'secret');
  await writeFile(join(folder, 'index.html'), PAGE);
  await writeFile(join(folder, 'assets', 'index-a1.js'), SCRIPT);
  await writeFile(join(folder, 'assets', 'notes.txt'), 'of no kind that is served');
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function ask(path: string, init: RequestInit = {}, graphiql = true): Promise<Response> {
  const yoga = createYoga({
    schema: createSchema({ typeDefs: 'type Query { ok: Boolean }' }),
    landingPage: false,
    logging: false,
    plugins: [useStorefront(await readStorefront(folder, { graphiql }))],
  });
  return yoga.fetch(`http://shop.example${path}`, init);
}

describe('the shop at /', () => {
  test('is a page that nothing of another host can run in or around', async () => {
    const response = await ask('/');
    expect([response.status, await response.text()]).toEqual([200, PAGE]);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test('comes packed to whoever takes that, and not at all to whoever has it', async () => {
    const packed = await ask('/assets/index-a1.js', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(await packed.bytes()).toString()).toBe(SCRIPT);
    expect(packed.headers.get('cache-control')).toContain('immutable');
    expect(packed.headers.get('content-type')).toContain('text/javascript');
    const etag = packed.headers.get('etag') ?? '';
    const known = await ask('/assets/index-a1.js', { headers: { 'if-none-match': etag } });
    expect([known.status, await known.text()]).toEqual([304, '']);
    const head = await ask('/assets/index-a1.js', { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual([String(SCRIPT.length), '']);
  });

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '//secret.js',
    '/assets/notes.txt',
    '/index.html',
  ])('nothing but its files can be read, however it is written: %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test('does not lead to a GraphiQL that is turned off', async () => {
    expect(await (await ask('/', {}, false)).text()).not.toContain('data-graphiql');
  });
});
