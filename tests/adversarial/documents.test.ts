import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDocumentCache } from '../../src/plugins/document-limits.ts';
import { sendRaw } from '../support/raw-client.ts';
import { startVitrine, type TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine();
});
afterAll(() => vitrine.close());

const messagesOf = async (query: string) => (await sendRaw(vitrine.server, { query })).errors.map((e) => e.message);

describe('a document made to exhaust is refused before it is validated', () => {
  /** Each fragment is spread twice by the one before: reading every spread would be 2^count readings. */
  const doubling = (count: number) =>
    `{ ...f0 } ${Array.from({ length: count }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ')}
     fragment f${count} on Query { health { status } }`;
  const times = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i)).join(' ');

  test.each([
    ['200 fragments, each spread twice by the one before', doubling(180), /fragments/],
    ['one field 480 times', `{ ${'health { status } '.repeat(480)} }`, /aliased or repeated/],
    [
      'one field 480 times, each in an inline fragment',
      `{ ${'... { health { status } } '.repeat(250)} }`,
      /aliased or repeated/,
    ],
    [
      'one field 480 times, spread over fragments',
      `{ ${times(160, (i) => `...f${i}`)} } ${times(160, (i) => `fragment f${i} on Query { health { status } }`)}`,
      /fragments/,
    ],
    ['40 aliases', `{ ${times(40, (i) => `a${i}: health { status }`)} }`, /aliased or repeated/],
    ['900 fields', `{ ${times(900, (i) => `f${i}`)} }`, /fields/],
    [
      'fields nested 20 deep',
      `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)} } } }`,
      /levels deep/,
    ],
    ['3,000 tokens', `{ ${'a '.repeat(3000)} }`, /tokens/],
    ['100,000 characters of a comment', `#${'x'.repeat(100_000)}\n{ health { status } }`, /15000 characters/],
  ])('%s', async (_what, query, message) => {
    expect(await messagesOf(query)).toEqual([expect.stringMatching(message)]);
  });

  test('a document of 400 mistakes has the first twenty told, since each of them is kept as long as it', async () => {
    const messages = await messagesOf(`{ ${times(400, (i) => `nothing${i}`)} }`);
    expect(messages.length).toBeLessThanOrEqual(21);
  });

  test('30 fragments, each spread twice by the one before, are answered at the cost of reading each once', async () => {
    expect((await sendRaw(vitrine.server, { query: doubling(30) })).data).toEqual({ health: { status: 'UP' } });
  });

  test('what GraphiQL and honest clients ask is within all of it', async () => {
    const fragments = times(20, (i) => `fragment f${i} on Product { id name price }`);
    const query = `{ product(id: "a") { ${times(20, (i) => `...f${i}`)} } } ${fragments}`;
    expect(await messagesOf(query)).toEqual([]);
  });
});

test('the documents that are kept are bounded in bytes, however many and whatever they hold', () => {
  const cache = createDocumentCache({ maxBytes: 10_000_000 });
  const texts = Array.from({ length: 200 }, (_, i) => `query q${i} { ${'a '.repeat(1980)} }`);
  for (const text of texts) cache.set(text, parse(text));
  const kept = texts.filter((text) => cache.get(text) !== undefined);
  // Measured: 430 bytes a token and more.
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.length).toBeLessThan(10_000_000 / (430 * 1980));
});
