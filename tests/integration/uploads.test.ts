import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { demoProducts, toInput } from '../support/demo.ts';
import { createRecordingLogger } from '../support/log.ts';
import { formOf, sendForm } from '../support/multipart.ts';
import { IndexProducts } from '../support/operations.ts';
import { sendRaw } from '../support/raw-client.ts';
import { startVitrine, type TestVitrine } from '../support/vitrine.ts';

const drawing = (id: string) => readFileSync(join(DEMO_CATALOGUE_DIR, 'images', `${id}.png`));
const QUERY = `query Find($query: SearchInput, $first: Int = 1, $after: String) {
  searchProducts(query: $query, first: $first, after: $after) {
    edges { similarity cursor node { id } }
    pageInfo { endCursor }
    timing { total }
  }
}`;
const answered = z.object({
  searchProducts: z.object({
    edges: z.array(z.object({ similarity: z.number().nullable(), node: z.object({ id: z.string() }) })),
    pageInfo: z.object({ endCursor: z.string().nullable() }),
    timing: z.object({ total: z.number() }),
  }),
});

let vitrine: TestVitrine;
const { logger, lines } = createRecordingLogger();
beforeAll(async () => {
  vitrine = await startVitrine({ IMAGE_MAX_BYTES: '200KB' }, { logger });
  await vitrine.data(IndexProducts, { inputs: demoProducts.slice(0, 120).map(toInput) });
});
afterAll(() => vitrine.close());

/** Searches with a file; `change` is added to the query, `variables` to the variables. */
async function ask(file: Uint8Array, change: object = {}, variables: object = {}) {
  const operations = { query: QUERY, variables: { query: { image: null, ...change }, ...variables } };
  return sendForm(vitrine.server, formOf(operations, { 'variables.query.image': file }));
}

async function find(file: Uint8Array, change: object = {}, variables: object = {}) {
  const { data, errors } = await ask(file, change, variables);
  expect(errors).toEqual([]);
  return answered.parse(data).searchProducts;
}

const idsOf = ({ edges }: Awaited<ReturnType<typeof find>>) => edges.map(({ node }) => node.id);

describe('an image as a file', () => {
  test('finds what it shows, alone, with words, and by a part of it', async () => {
    const found = await find(drawing('sku-0105'));
    expect(idsOf(found)).toEqual(['sku-0105']);
    expect(found.edges[0]?.similarity).toBeGreaterThan(0.999);
    expect(idsOf(await find(drawing('sku-0042'), { text: 'dress', mode: 'VECTOR', textWeight: 0.1 }))).toEqual([
      'sku-0042',
    ]);
    const part = await find(drawing('sku-0105'), { region: { x: 0, y: 0, width: 0.4, height: 0.4 } });
    expect(part.edges[0]?.similarity).toBeLessThan(0.999);
  });

  test('is told apart by what is in it: another file never gets the answer of this one', async () => {
    const first = await find(drawing('sku-0042'), {}, { first: 2 });
    expect(idsOf(await find(drawing('sku-0050'), {}, { first: 2 }))[0]).toBe('sku-0050');
    // The answer from the cache shows the time of the search that made it.
    expect((await find(drawing('sku-0042'), {}, { first: 2 })).timing).toEqual(first.timing);
    const together = ['sku-0051', 'sku-0052', 'sku-0051'].map((id) => find(drawing(id)));
    expect((await Promise.all(together)).flatMap(idsOf)).toEqual(['sku-0051', 'sku-0052', 'sku-0051']);
  });

  test('has pages, as long as the same file comes along', async () => {
    const first = await find(drawing('sku-0010'), {}, { first: 3 });
    const after = first.pageInfo.endCursor;
    const second = await find(drawing('sku-0010'), {}, { first: 3, after });
    const whole = await find(drawing('sku-0010'), {}, { first: 6 });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(whole));
    const { errors } = await ask(drawing('sku-0011'), {}, { first: 3, after });
    expect(errors[0]?.extensions.issues?.[0]?.path).toEqual(['after']);
  });

  test.each<[string, Uint8Array, string]>([
    ['is too large', Buffer.concat([drawing('sku-0001'), Buffer.alloc(210_000)]), 'IMAGE_TOO_LARGE'],
    ['is no image', Buffer.from('<!doctype html><title>no</title>'), 'IMAGE_UNREADABLE'],
    ['is broken', drawing('sku-0001').subarray(0, 300), 'IMAGE_UNREADABLE'],
    ['is empty', new Uint8Array(), 'IMAGE_UNREADABLE'],
    ['is larger than any body', Buffer.alloc(1_400_000), 'IMAGE_TOO_LARGE'],
  ])('that %s is refused as one behind a URL would be', async (_what, file, code) => {
    const { data, errors } = await ask(file);
    expect([data, errors[0]?.extensions.code]).toEqual([null, code]);
  });

  test('beside an imageUrl is refused: which of them is meant?', async () => {
    const { errors } = await ask(drawing('sku-0001'), { imageUrl: 'https://shop.example/a.png', mode: 'LEXICAL' });
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['query', 'image'] }, { path: ['query', 'mode'] }],
    });
  });

  test('leaves nothing behind once it is answered', async () => {
    const { memory } = vitrine.deps.bodies;
    await find(drawing('sku-0020'));
    await ask(Buffer.from('no image'));
    expect(memory.used).toBe(0);
  });
});

describe('a form', () => {
  const operations = { query: QUERY, variables: { query: { image: null } } };
  const form = () => formOf(operations, { 'variables.query.image': drawing('sku-0105') });

  test.each([{}, { 'apollo-require-preflight': '' }, { 'x-other': 'true' }])(
    'that a page of another site could have sent unasked is refused: %j',
    async (headers: Record<string, string>) => {
      const { status, data, errors } = await sendForm(vitrine.server, form(), headers);
      expect([status, data, errors[0]?.extensions.code]).toEqual([400, null, 'BAD_USER_INPUT']);
      expect(errors[0]?.message).toContain('apollo-require-preflight: true');
    },
  );

  test.each(['apollo-require-preflight', 'graphql-require-preflight', 'graphql-preflight', 'x-graphql-yoga-csrf'])(
    'is taken with the header of any client: %s',
    async (name) => {
      const { data } = await sendForm(vitrine.server, form(), { [name]: '1' });
      expect(answered.parse(data).searchProducts.edges[0]?.node.id).toBe('sku-0105');
    },
  );

  test('changes nothing in the catalogue', async () => {
    const mutation = { query: 'mutation { deleteProduct(id: "sku-0001") }', variables: { a: null } };
    const sent = formOf(mutation, { 'variables.a': drawing('sku-0001') });
    const { status, data, errors } = await sendForm(vitrine.server, sent);
    expect([status, data, errors[0]?.extensions.code]).toEqual([400, null, 'BAD_USER_INPUT']);
    const { data: left } = await sendRaw(vitrine.server, { query: '{ product(id: "sku-0001") { id } }' });
    expect(left).toEqual({ product: { id: 'sku-0001' } });
  });

  test('brings files for nothing but images: a text in the place of one is refused, and a file in that of a text', async () => {
    for (const image of ['data:image/png;base64,AAAA', { url: 'data:image/*;file-sha256,00' }, 7]) {
      const { errors } = await sendRaw(vitrine.server, { query: QUERY, variables: { query: { image } } });
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(errors[0]?.message).toContain('must be a file of a multipart request');
    }
    const inText = { query: QUERY, variables: { query: { text: null } } };
    const { errors, text } = await sendForm(
      vitrine.server,
      formOf(inText, { 'variables.query.text': drawing('sku-0105') }),
    );
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(text.length).toBeLessThan(1000);
  });

  test('is logged by what it asks for, and nothing of the file is', async () => {
    lines.length = 0;
    await sendForm(vitrine.server, form());
    const line = lines.find((entry) => entry.includes('"msg":"request"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ operation: 'Find', kind: 'query', status: 200 });
    expect(lines.join('').length).toBeLessThan(2000);
  });
});
