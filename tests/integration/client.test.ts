import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoVitrine } from '../support/demo.ts';
import { type ListeningServer, startListening } from '../support/listening.ts';
import { FindProducts } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
let http: ListeningServer;
let url: string;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, 60);
  http = await startListening(vitrine.server);
  url = `${http.origin}/graphql`;
});
afterAll(async () => {
  http.close();
  await vitrine.close();
});

const urql = () => new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });

test('urql gets typed data and coded errors over a real connection', async () => {
  const client = urql();
  const found = await client.query(FindProducts, { query: { text: 'red dress' }, first: 2 });
  expect(found.error).toBeUndefined();
  expect(found.data?.searchProducts.edges).toHaveLength(2);
  const refused = await client.query(FindProducts, { query: {} });
  expect(refused.error?.graphQLErrors[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

/** Runs an example client of the README. */
function runExample(args: readonly string[], env: Record<string, string> = {}, file = 'search.ts') {
  const path = fileURLToPath(new URL(`../../examples/client/${file}`, import.meta.url));
  return promisify(execFile)(process.execPath, [path, ...args], { env: { PATH: process.env.PATH, ...env } });
}

test.each<[string, (address: URL) => { args: string[]; env?: Record<string, string> }]>([
  ['VITRINE_URL', ({ href }) => ({ args: ['red dress'], env: { VITRINE_URL: href } })],
  ['--url', ({ origin }) => ({ args: ['--url', origin, 'red', 'dress'], env: { VITRINE_URL: 'http://127.0.0.1:1' } })],
  ['PORT', ({ port }) => ({ args: ['red dress'], env: { PORT: port, VITRINE_URL: '' } })],
])('the example client finds a server that is not on port 4000 by %s', async (_how, toCall) => {
  const { args, env } = toCall(new URL(url));
  const { stdout } = await runExample(args, env);
  for (const line of stdout.trim().split('\n')) expect(line).toMatch(/^\d\.\d\d {2}\d+\.\d\d EUR {2}.*\(sku-\d+\)$/);
  expect(stdout).toMatch(/EUR {2}.*red.*\(sku-\d+\)/i);
});

test('the example client names the address where nothing answers', async () => {
  await expect(runExample(['red dress'], { PORT: '1' })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No answer from http://localhost:1/graphql'),
  });
});

test('the example with Apollo Client lists two pages without a gap or a repetition, twice the same', async () => {
  const run = async () => (await runExample(['shirt'], { VITRINE_URL: url }, 'apollo.ts')).stdout.trim().split('\n');
  const lines = await run();
  const ids = lines.slice(0, -1).map((line) => /\((sku-\d+)\)$/.exec(line)?.[1]);
  expect(new Set(ids).size).toBe(6);
  const list = await urql().query(FindProducts, { query: { text: 'shirt' }, filter: { inStock: true }, first: 6 });
  expect(ids).toEqual(list.data?.searchProducts.edges.map(({ node }) => node.id));
  expect(lines.at(-1)).toMatch(/^6 of \d+$/);
  expect(await run()).toEqual(lines);
});

test('the example with Apollo Client names the address where nothing answers', async () => {
  await expect(runExample(['shirt'], { PORT: '1' }, 'apollo.ts')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No answer from http://localhost:1/graphql'),
  });
});

test('a customer who closes the connection has their work aborted, and the next one is served', async () => {
  const gone = new AbortController();
  const body = JSON.stringify({
    query: '{ searchProducts(query: { text: "a coat nobody waits for" }) { totalCount } }',
  });
  const headers = { 'content-type': 'application/json' };
  const request = fetch(url, { method: 'POST', headers, body, signal: gone.signal });
  gone.abort();
  await expect(request).rejects.toThrow();
  const next = await fetch(url, { method: 'POST', headers, body });
  expect((await next.json()).data.searchProducts.totalCount).toBe(60);
});
