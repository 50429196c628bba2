import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { requestFields } from '../../src/logger.ts';
import { startDemoVitrine } from '../support/demo.ts';
import { sendRaw } from '../support/raw-client.ts';
import { startVitrine, type TestVitrine } from '../support/vitrine.ts';

const [READER, OTHER, WRITER] = ['search-secret-0123456789', 'search-secret-9876543210', 'write-secret-0123456789'];
const API_KEYS = `web:search:${READER},app:search:${OTHER},erp:write:${WRITER}`;
const QUERY = 'query Tiles($text: String) { searchProducts(query: { text: $text }) { nodes { id } timing { total } } }';
const ask = (text: string) => ({ query: QUERY, variables: { text } });
/** Answers that were found by the short way: neither parsed nor executed. */
const shortcutsOf = ({ deps }: TestVitrine) => vi.spyOn(deps.responseCache.cache, 'written');

const lines: Record<string, unknown>[] = [];
const logger = pino({ level: 'info', mixin: requestFields }, { write: (line) => lines.push(JSON.parse(line)) });

describe('a request that was answered before', () => {
  let vitrine: TestVitrine;
  let shortcuts: ReturnType<typeof shortcutsOf>;
  beforeAll(async () => {
    vitrine = await startVitrine({ API_KEYS, CORS_ORIGINS: 'https://shop.example' }, { logger });
    shortcuts = shortcutsOf(vitrine);
  });
  beforeEach(() => {
    shortcuts.mockClear();
    lines.length = 0;
  });
  afterAll(() => vitrine.close());
  const headers = { 'x-api-key': READER };

  test('is answered the same, and its line in the log says as much as that of the first', async () => {
    const first = await sendRaw(vitrine.server, ask('red shirt'), { ...headers, 'x-request-id': 'one' });
    const again = await sendRaw(vitrine.server, ask('red shirt'), { ...headers, 'x-request-id': 'two' });
    expect(shortcuts).toHaveBeenCalledTimes(1);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(again.headers.get('x-request-id')).toBe('two');
    const line = { operation: 'Tiles', kind: 'query', caller: 'key:web', status: 200, path: '/graphql' };
    expect(lines).toMatchObject([
      { ...line, requestId: 'one' },
      { ...line, requestId: 'two' },
    ]);
  });

  test('is another one with other variables, in another form, or at another time after a write', async () => {
    const red = await sendRaw(vitrine.server, ask('red hat'), headers);
    expect((await sendRaw(vitrine.server, ask('blue hat'), headers)).text).not.toBe(red.text);
    const accept = { ...headers, accept: 'application/graphql-response+json' };
    const other = await sendRaw(vitrine.server, ask('red hat'), accept);
    expect(other.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    await vitrine.deps.cache.epoch.bump();
    expect((await sendRaw(vitrine.server, ask('red hat'), headers)).text).not.toBe(red.text);
  });

  test('shows its answer to a page of an allowed origin and to no other', async () => {
    const originOf = async (origin: string) => {
      const { headers: answered } = await sendRaw(vitrine.server, ask('green coat'), { ...headers, origin });
      return [answered.get('access-control-allow-origin'), answered.get('vary')];
    };
    await originOf('https://shop.example');
    expect(await originOf('https://shop.example')).toEqual(['https://shop.example', 'Origin']);
    expect(await originOf('https://other.example')).toEqual([null, 'Origin']);
    expect(shortcuts).toHaveBeenCalledTimes(2);
  });

  test('is not answered to somebody without a key, or with one that is not valid', async () => {
    await sendRaw(vitrine.server, ask('brown bag'), headers);
    for (const shown of [{}, { 'x-api-key': 'wrong' }]) {
      for (const _time of [1, 2]) {
        const { data, errors } = await sendRaw(vitrine.server, ask('brown bag'), shown);
        expect([data, errors[0]?.extensions.code]).toEqual([null, 'UNAUTHENTICATED']);
      }
    }
    await sendRaw(vitrine.server, ask('brown bag'), { 'x-api-key': OTHER });
    expect(shortcuts).toHaveBeenCalledTimes(1);
  });

  test('is computed anew where its answer is damaged', async () => {
    const { text } = await sendRaw(vitrine.server, ask('yellow scarf'), headers);
    const get = vi.spyOn(vitrine.deps.cache.bytes, 'get').mockResolvedValue(Buffer.from(text.slice(0, -10)));
    const again = await sendRaw(vitrine.server, ask('yellow scarf'), headers);
    get.mockRestore();
    expect(shortcuts).toHaveBeenCalledTimes(1);
    expect(JSON.parse(again.text)).toMatchObject({ data: { searchProducts: { nodes: [] } } });
  });
});

test('counts on the budget of its caller each time', async () => {
  const vitrine = await startVitrine({ RATE_LIMIT_SEARCHES: '3' });
  const codes = [];
  for (const _time of [1, 2, 3, 4, 5]) {
    codes.push((await sendRaw(vitrine.server, ask('red shirt'))).errors[0]?.extensions.code);
  }
  expect(codes).toEqual([undefined, undefined, undefined, 'RATE_LIMITED', 'RATE_LIMITED']);
  await vitrine.close();
});

test('health is asked anew each time, also by the same request', async () => {
  const vitrine = await startDemoVitrine({}, 1);
  const shortcuts = shortcutsOf(vitrine);
  const uptime = async () => (await sendRaw(vitrine.server, { query: '{ health { uptimeSeconds } }' })).text;
  expect(await uptime()).not.toBe(await uptime());
  expect(shortcuts).not.toHaveBeenCalled();
  await vitrine.close();
});

test('what a back end may ask freely is not answered to strangers who may only ask trusted documents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-repeated-'));
  await writeFile(join(folder, 'trusted.json'), '{}');
  const trusted = { TRUSTED_DOCUMENTS: join(folder, 'trusted.json'), TRUSTED_DOCUMENTS_ONLY: 'on' };
  const vitrine = await startVitrine({ ...trusted, API_KEYS: `erp:write:${WRITER}` });
  for (const _time of [1, 2]) {
    expect((await sendRaw(vitrine.server, ask('red shirt'), { 'x-api-key': WRITER })).errors).toEqual([]);
    expect((await sendRaw(vitrine.server, ask('red shirt'))).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  }
  await vitrine.close();
  await rm(folder, { recursive: true });
});
