import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges, isScalarType, isSpecifiedScalarType } from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { vectorStoreUnavailable } from '../../src/errors.ts';
import { schema } from '../../src/schema/index.ts';
import { demoProducts, startDemoVitrine, toInput } from '../support/demo.ts';
import { FindProducts, GetHealth, GetStats, IndexProduct } from '../support/operations.ts';
import { ORIGIN, type TestVitrine } from '../support/vitrine.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, 25);
});
afterAll(() => vitrine.close());

test('no name or meaning that clients rely on is gone from the schema', () => {
  const contract = readFileSync(new URL('./data/public-contract.graphql', import.meta.url), 'utf8');
  expect(findBreakingChanges(buildSchema(contract), schema)).toEqual([]);
});

test('everything in the schema is described, since GraphiQL shows nothing else', () => {
  const named = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const undescribed = named.flatMap((type) => {
    const own = type.description || type.astNode === null ? [] : [type.name];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const values = 'getValues' in type ? type.getValues() : [];
    const args = fields.flatMap((field) => ('args' in field ? field.args : []));
    return [
      ...own,
      ...[...fields, ...values, ...args].filter(({ description }) => !description).map(({ name }) => name),
    ];
  });
  const builtIn = ['Boolean', 'Float', 'ID', 'Int', 'String'];
  expect(undescribed.filter((name) => !builtIn.includes(name))).toEqual([]);
});

test('no type has a name that client generators give to operations, so that `query Search` compiles', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const others = Object.values(schema.getTypeMap()).filter((type) => !roots.some((root) => root === type));
  expect(others.map(({ name }) => name).filter((name) => /(?:Query|Mutation|Subscription)$/.test(name))).toEqual([]);
});

test('the README tells client generators what every scalar of ours is, so that none becomes `any`', () => {
  const told = /scalars: \{(.*)\}/.exec(readme)?.[1] ?? '';
  const ours = Object.values(schema.getTypeMap()).filter((type) => isScalarType(type) && !isSpecifiedScalarType(type));
  expect(ours.map(({ name }) => name).sort()).toEqual([...told.matchAll(/(\w+):/g)].map(([, name]) => name).sort());
});

test('health says how each part does, and plainly that mini is the bundled model', async () => {
  const { health } = await vitrine.data(GetHealth, {});
  expect(health.status).toBe('UP');
  expect(health.model).toEqual(vitrine.deps.model);
  expect(health.model).toMatchObject({ id: 'mini', dimension: 512, imageSize: 112, dtype: 'fp32', bundled: true });
  expect(health.components.map(({ component, status, backend }) => [component, status, backend])).toEqual([
    ['EMBEDDER', 'UP', 'onnxruntime'],
    ['VECTOR_STORE', 'UP', 'sqlite'],
    ['CACHE', 'UP', 'memory'],
  ]);
});

test('health says DEGRADED while products cannot be stored, and what is the matter', async () => {
  const [first] = demoProducts;
  if (!first) throw new Error('the demo catalogue is empty');
  const input = toInput(first);
  const full = vi.spyOn(vitrine.deps.store, 'upsert').mockRejectedValue(vectorStoreUnavailable('The disk is full.'));
  expect((await vitrine.ask(IndexProduct, { input })).errors?.[0]?.extensions.code).toBe('VECTOR_STORE_UNAVAILABLE');
  const { health } = await vitrine.data(GetHealth, {});
  expect(health.status).toBe('DEGRADED');
  expect(health.components[1]?.message).toContain('The disk is full.');
  full.mockRestore();
  await vitrine.data(IndexProduct, { input });
  expect((await vitrine.data(GetHealth, {})).health.status).toBe('UP');
});

test('stats count what is there', async () => {
  const { collectionStats } = await vitrine.data(GetStats, {});
  const sample = demoProducts.slice(0, 25);
  expect(collectionStats).toMatchObject({
    name: `products__mini-${vitrine.deps.model.digest}__512`,
    backend: 'sqlite',
    productCount: 25,
    dimension: 512,
    distance: 'Cosine',
    model: 'mini',
    priceMin: Math.min(...sample.map(({ price }) => price)),
    priceMax: Math.max(...sample.map(({ price }) => price)),
  });
  expect(collectionStats.categories.reduce((sum, { count }) => sum + count, 0)).toBe(25);
});

test('images of the demo are served, and nothing else from that folder', async () => {
  const get = (path: string) => vitrine.server.fetch(`${ORIGIN}${path}`);
  const image = await get('/demo/images/sku-0001.png');
  expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect((await image.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  for (const path of [
    '/demo/images/none.png',
    '/demo/images/..%2fproducts.jsonl',
    '/demo/images/../palette.json',
    '/images/x.png',
  ]) {
    expect((await get(path)).status).toBe(404);
  }
});

test('GraphiQL is served whole from this process, with ready-made tabs', async () => {
  const response = await vitrine.server.fetch(`${ORIGIN}/graphql`, { headers: { accept: 'text/html' } });
  const html = await response.text();
  expect(response.status).toBe(200);
  for (const tab of ['SearchByText', 'SearchByImage', 'SearchWithFilters', 'IndexProduct', 'Health', 'Stats']) {
    expect(html).toContain(tab);
  }
  expect(html).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="https?:/);
});

test('the request id of a proxy is kept, and one that could forge a log line is replaced', async () => {
  const ask = (id: string) => vitrine.ask(GetHealth, {}, { headers: { 'x-request-id': id } });
  expect((await ask('trace-42')).response.headers.get('x-request-id')).toBe('trace-42');
  const forged = (await ask('a b "c"')).response.headers.get('x-request-id');
  expect(forged).toMatch(/^[0-9a-f-]{36}$/);
});

test('twenty customers who search at once all get their answer', async () => {
  const texts = demoProducts.slice(0, 20).map(({ name }) => name);
  const answers = await Promise.all(
    texts.map((text) => vitrine.data(FindProducts, { query: { text, mode: 'LEXICAL' }, first: 1 })),
  );
  expect(answers.map(({ searchProducts }) => searchProducts.edges[0]?.node.name)).toEqual(texts);
});

test('a customer who has left is not searched for any more', async () => {
  const gone = new AbortController();
  gone.abort();
  await expect(
    vitrine.ask(FindProducts, { query: { text: 'a dress for nobody' } }, { signal: gone.signal }),
  ).rejects.toThrow();
});

test('every query that the README tells to paste runs as it stands', async () => {
  const queries = [...readme.matchAll(/```graphql\n(.*?)```/gs)].flatMap(([, query]) => query ?? []);
  expect(queries.length).toBeGreaterThanOrEqual(3);
  for (const query of queries) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) };
    const { data, errors } = await (await vitrine.server.fetch(`${ORIGIN}/graphql`, init)).json();
    expect(errors, query).toBeUndefined();
    expect(data).toBeTruthy();
  }
});
