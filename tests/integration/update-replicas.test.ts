import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createQdrantApi } from '../../src/adapters/vector-store/qdrant/api.ts';
import { DeleteProduct, FindProducts, GetProduct, IndexProduct, UpdateProduct } from '../support/operations.ts';
import { createQdrantDouble, type QdrantDouble } from '../support/qdrant-double/server.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const realQdrant = process.env.QDRANT_TEST_URL || undefined;
const apiKey = process.env.QDRANT_TEST_API_KEY || undefined;

/** Servers that share a store and nothing else: neither knows what the other is about to write. */
describe(`updates by two servers on one ${realQdrant ? 'real Qdrant' : 'in-process double of Qdrant'}`, () => {
  let double: QdrantDouble | undefined;
  const servers: TestVitrine[] = [];
  const collection = `updates-${randomUUID().slice(0, 8)}`;
  const url = () => realQdrant ?? double?.url ?? '';

  beforeAll(async () => {
    if (!realQdrant) double = await createQdrantDouble();
    const env = { QDRANT_URL: url(), COLLECTION: collection, ...(realQdrant && apiKey && { QDRANT_API_KEY: apiKey }) };
    for (let server = 0; server < 2; server += 1) servers.push(await startVitrine(env));
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    if (realQdrant) {
      const api = createQdrantApi({ url: realQdrant, apiKey });
      const { data } = await api.getCollections({});
      for (const { name } of data.result?.collections ?? []) {
        if (name.startsWith(`${collection}__`)) await api.deleteCollection({ collection_name: name });
      }
    }
    await double?.close();
  });

  const at = (server: number): TestVitrine => {
    const found = servers[server % 2];
    if (found === undefined) throw new Error('This server has not been started.');
    return found;
  };
  const input = (id: string) => ({
    id,
    name: 'As it was',
    category: 'test',
    price: 1,
    imageUrl: `${ORIGIN}/demo/images/sku-0001.png`,
  });
  const update = (server: number, id: string, patch: object) => at(server).ask(UpdateProduct, { id, patch });

  test('a hundred at one time, each server with fields of its own, lose nothing', async () => {
    await at(0).data(IndexProduct, { input: input('a') });
    const patches = [
      (number: number) => ({ price: number }),
      (number: number) => ({ name: `Name${number}` }),
      (number: number) => ({ category: `c${number}` }),
      (number: number) => ({ attributes: [{ name: 'version', value: `v${number}` }] }),
    ];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, number) => update(number % 4, 'a', patches[number % 4]?.(number) ?? {})),
    );
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    for (const server of [0, 1]) {
      const { product } = await at(server).data(GetProduct, { id: 'a' });
      const attributes = [{ name: 'version', value: 'v99' }];
      expect(product).toMatchObject({ price: 96, name: 'Name97', category: 'c98', attributes });
    }
    // Its words are of the same version.
    const query = { text: 'Name97 v99', mode: 'LEXICAL' as const };
    const { searchProducts } = await at(0).data(FindProducts, { query, filter: { categories: ['c98'] } });
    expect(searchProducts.edges.map(({ node }) => node.id)).toEqual(['a']);
  });

  test('a product that one deletes is not brought back by an update of the other', async () => {
    const ids = Array.from({ length: 20 }, (_, number) => `gone-${number}`);
    await Promise.all(ids.map((id) => at(0).data(IndexProduct, { input: input(id) })));
    await Promise.all(
      ids.map(async (id, number) => {
        const updating = update(1, id, { price: number + 2 });
        if (number % 2 === 0) await new Promise((resolve) => setTimeout(resolve, number / 2));
        await at(0).data(DeleteProduct, { id });
        const { errors } = await updating;
        if (errors) expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
      }),
    );
    const found = await Promise.all(ids.map(async (id) => (await at(1).data(GetProduct, { id })).product));
    expect(found.filter((product) => product !== null)).toEqual([]);
  });
});
