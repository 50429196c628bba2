import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { PACKAGE_ROOT } from '../../src/package-root.ts';
import { startDemoVitrine } from '../support/demo.ts';
import { type Agent, connectAgent, listen } from '../support/mcp.ts';
import type { TestVitrine } from '../support/vitrine.ts';

const EXAMPLE = join(PACKAGE_ROOT, 'examples/agent/search.ts');
const page = readFileSync(join(PACKAGE_ROOT, 'docs/agents.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);

let vitrine: TestVitrine;
let http: Awaited<ReturnType<typeof listen>>;
let agent: Agent;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, 120);
  http = await listen(vitrine.server);
  agent = await connectAgent(http.origin);
});
afterAll(async () => {
  await agent?.close();
  http?.close();
  await vitrine?.close();
});

test('the program on the page is the example, and finds products and their images', async () => {
  const [program = 'nothing'] = blocks('ts');
  expect(readFileSync(EXAMPLE, 'utf8')).toContain(program);
  const env = { PATH: process.env.PATH, VITRINE_URL: http.origin };
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE, 'red dress'], { env });
  expect(stdout.match(/^search_catalog: Finds/gm)).toHaveLength(1);
  expect(stdout.match(/^.*: http:\/\/localhost:4000\/demo\/images\/.*\.png$/gm)).toHaveLength(3);
});

const call = z.object({ name: z.string(), arguments: z.object({ catalog: z.record(z.string(), z.unknown()) }) });
const calls = blocks('json').map((text) => call.parse(JSON.parse(text)));

test.each(calls)('the call of $name on the page finds something', async ({ name, arguments: { catalog } }) => {
  const { isError, structuredContent } = await agent.call(name, catalog);
  expect(isError).toBeFalsy();
  const { products, facets } = z
    .looseObject({ products: z.array(z.unknown()).optional(), facets: z.array(z.unknown()).optional() })
    .parse(structuredContent);
  expect((products ?? facets ?? []).length).toBeGreaterThan(0);
});

test('the page lists the tools that there are, and shows an error as it is', async () => {
  expect(calls).toHaveLength(5);
  const { tools } = await agent.client.listTools();
  const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(tools.map(({ name }) => name));
  const { content } = await agent.call('search_catalog', { filters: { colour: 'red' }, pagination: { limit: 1000 } });
  const [shown] = blocks('text');
  expect(content).toEqual([{ type: 'text', text: shown?.trim() }]);
});
