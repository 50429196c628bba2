import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemoVitrine } from '../support/demo.ts';
import { type ListeningServer, startListening } from '../support/listening.ts';
import type { TestVitrine } from '../support/vitrine.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');
/** The blocks of one language, in their order on the page. */
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);
const runs = (code: string) => spawnSync('python3', ['-c', code]).status === 0;
const hasPython = runs('import json');
const hasGql = hasPython && runs('from gql.transport.requests import RequestsHTTPTransport');

let vitrine: TestVitrine;
let http: ListeningServer;
let url: string;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, 120);
  http = await startListening(vitrine.server);
  url = `${http.origin}/graphql`;
});
afterAll(async () => {
  http.close();
  await vitrine.close();
});

/** Runs a program as its reader would, on our server; rejects where it fails. */
async function run(command: string, args: readonly string[], endpoint = url) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, VITRINE_URL: endpoint };
  const { stdout } = await promisify(execFile)(command, args, { cwd, env, timeout: 25_000 });
  return stdout.trim().split('\n');
}
const runJs = (code: string, endpoint?: string) =>
  run(process.execPath, ['--input-type=module', '--eval', code], endpoint);
const runPython = (code: string, endpoint?: string) => run('python3', ['-c', code], endpoint);

describe('the code on the page about clients runs as it stands', () => {
  const [byFetch = '', byGet = '', byUrql = '', ...moreJs] = blocksOf('js');
  const [byGql = '', byUrllib = '', ...morePython] = blocksOf('python');

  test('and all of it is here', () => {
    expect([moreJs, morePython, blocksOf('ts').length]).toEqual([[], [], 1]);
  });

  test('fetch finds products, and tells the code of a refusal', async () => {
    const lines = await runJs(byFetch);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^\w.* \d+(\.\d+)? EUR$/);
    await expect(runJs(byFetch.replace('first: 3', 'first: 0'))).rejects.toThrow('BAD_USER_INPUT');
  });

  test('a GET says what browsers may do with its answer', async () => {
    expect(await runJs(byGet)).toEqual([expect.stringMatching(/^public, no-cache \w+/)]);
  });

  test('urql with persisted queries gets its answer', async () => {
    expect((await runJs(byUrql)).join(' ')).toContain('red');
  });

  test.skipIf(!hasGql)('gql for Python finds products, and tells the code of a refusal', async () => {
    const lines = await runPython(byGql);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^\d\.\d\d .* \d+(\.\d+)? EUR$/);
    expect(await runPython(byGql.replace('first: 3', 'first: 0'))).toEqual([expect.stringMatching(/^BAD_USER_INPUT /)]);
  });

  test.skipIf(!hasPython)('Python without packages gets its answers', async () => {
    const lines = await runPython(byUrllib);
    expect(lines[0]).toBe('120 products');
    expect(lines[1]?.match(/'/g)).toHaveLength(6);
  });
});
