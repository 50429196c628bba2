import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRecordingLogger } from '../support/log.ts';
import { sendRaw } from '../support/raw-client.ts';
import { startVitrine, type TestVitrine } from '../support/vitrine.ts';

const { logger, lines } = createRecordingLogger();
let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine({}, { logger });
});
afterAll(() => vitrine.close());

const SEARCH = `query Search($query: SearchInput!, $filter: ProductFilter, $after: String) {
  searchProducts(query: $query, filter: $filter, after: $after) { totalCount }
}`;
const search = (variables: object) => sendRaw(vitrine.server, { query: SEARCH, variables });

/** Refused as the caller's mistake, in a few words, and without a line in the log that wakes anybody. */
function expectPlainRefusal({ text, errors }: Awaited<ReturnType<typeof search>>) {
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(errors.map(() => 'BAD_USER_INPUT'));
  expect(errors.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThan(10_000);
  expect(lines.filter((line) => JSON.parse(line).level >= 40 || line.length > 2000)).toEqual([]);
}

describe('variables', () => {
  test('nested a million levels deep are refused plainly', async () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const body = (name: string) => `{"query": ${JSON.stringify(SEARCH)}, "${name}": {"query": ${deep}}}`;
    expectPlainRefusal(await sendRaw(vitrine.server, body('variables')));
    expectPlainRefusal(await sendRaw(vitrine.server, body('extensions')));
    expectPlainRefusal(await sendRaw(vitrine.server, `{"query": "{health{status}}", "operationName": ${deep}}`));
  });

  test('of a million values are refused before any of them is looked at', async () => {
    expectPlainRefusal(await search({ query: { text: 'a' }, filter: { categories: Array(1_000_000).fill('a') } }));
  });

  test('in the wrong place are not echoed, neither once nor for each mistake', async () => {
    const long = 'x'.repeat(5_000_000);
    expectPlainRefusal(await search({ query: long }));
    const mistakes = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x${i}`, 1]));
    const answer = await search({ query: { text: long, ...mistakes } });
    expectPlainRefusal(answer);
    expect(answer.errors.length).toBeLessThanOrEqual(6);
    expectPlainRefusal(await sendRaw(vitrine.server, { query: SEARCH, [long]: 1 }));
    expectPlainRefusal(await sendRaw(vitrine.server, { query: `{ ${'a'.repeat(14_000)} }` }));
  });

  test('may not bring an operation name of a megabyte, nor put one of the document into the log', async () => {
    const query = '{ health { status } }';
    expectPlainRefusal(await sendRaw(vitrine.server, { query, operationName: 'a'.repeat(1_000_000) }));
    await sendRaw(vitrine.server, { query: `query ${'a'.repeat(14_000)} ${query}` });
    expect(lines.filter((line) => line.length > 2000)).toEqual([]);
  });
});

describe('a text', () => {
  test('of combining marks is measured before it is normalised', async () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    try {
      expectPlainRefusal(await search({ query: { text: `a${'\u0315\u0300'.repeat(40_000)}` } }));
      const lengths = normalize.mock.contexts.map((text) => String(text).length);
      expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(4000);
    } finally {
      normalize.mockRestore();
    }
  });
});

describe('a filter', () => {
  const pathsOf = async (filter: object) =>
    (await search({ query: { text: 'a', mode: 'LEXICAL' }, filter })).errors.flatMap(({ extensions }) =>
      (extensions.issues ?? []).map(({ path }) => path.join('.')),
    );
  const values = (count: number, length = 5) => Array.from({ length: count }, (_, i) => String(i).padEnd(length, 'x'));
  const attributes = (count: number, each: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `a${i}`, anyOf: values(each) }));

  test.each([
    ['101 categories', { categories: values(101) }, ['filter.categories']],
    ['a category of 201 characters', { categories: values(1, 201) }, ['filter.categories.0']],
    ['an attribute of 101 values', { attributes: attributes(1, 101) }, ['filter.attributes.0.anyOf']],
    [
      'a value of 201 characters',
      { attributes: [{ name: 'a', anyOf: values(1, 201) }] },
      ['filter.attributes.0.anyOf.0'],
    ],
    [
      'a name of 101 characters',
      { attributes: [{ name: 'n'.repeat(101), anyOf: ['a'] }] },
      ['filter.attributes.0.name'],
    ],
    ['51 attributes', { attributes: attributes(51, 1) }, ['filter.attributes']],
    ['50 attributes of 100 values', { attributes: attributes(50, 100) }, ['filter.attributes']],
  ])('is refused with %s', async (_what, filter, paths) => {
    expect(await pathsOf(filter)).toEqual(paths);
  });

  test('of one value of 25 MB is refused in a few words', async () => {
    expectPlainRefusal(await search({ query: { text: 'a' }, filter: { categories: ['x'.repeat(25_000_000)] } }));
    expectPlainRefusal(await search({ query: { text: 'a' }, after: 'x'.repeat(25_000_000) }));
    expectPlainRefusal(await search({ query: { imageUrl: `https://a.example/${'x'.repeat(5_000_000)}` } }));
  });

  test('of 100 categories and 50 attributes of 10 values is taken', async () => {
    expect(await pathsOf({ categories: values(100, 200), attributes: attributes(50, 10) })).toEqual([]);
  });
});
