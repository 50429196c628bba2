import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOfQuery } from '../../src/adapters/cache/query-store.ts';
import { StartupError } from '../../src/errors.ts';
import { readTrustedDocuments } from '../../src/plugins/trusted-documents.ts';
import { createRecordingLogger } from '../support/log.ts';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const OFFICE = 'office-office-office-office';
const WEB = 'web-web-web-web-web-web-web-web';
const QUERY = 'query ShopStats { collectionStats { productCount } }';
const BY_WRITER = { authorization: `Bearer ${OFFICE}` };
const byId = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

let folder: string;
let file: string;
let id: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-trusted-'));
  file = join(folder, 'persisted-documents.json');
  // What a shop's build does: the client preset with `persistedDocuments: true`, named by `sha256:` and a hash.
  const written: { filename: string; content: string }[] = await generate(
    {
      schema: 'schema.graphql',
      documents: QUERY,
      silent: true,
      generates: { './gql/': { preset: 'client', presetConfig: { persistedDocuments: true } } },
    },
    false,
  );
  const content = written.find(({ filename }) => filename.endsWith('persisted-documents.json'))?.content ?? '';
  await writeFile(file, content);
  [id = ''] = Object.keys(JSON.parse(content));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withVitrine(env: Record<string, string>, use: (vitrine: TestVitrine) => Promise<void>) {
  const vitrine = await startVitrine({ TRUSTED_DOCUMENTS: file, ...env });
  try {
    await use(vitrine);
  } finally {
    await vitrine.close();
  }
}

test('documents that a shop generated are found by their hash, beside whatever else is asked', () =>
  withVitrine({}, async ({ server }) => {
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await sendRaw(server, byId(id))).data).toEqual({ collectionStats: { productCount: 0 } });
    expect((await sendRaw(server, byId(id.slice('sha256:'.length)))).data).toEqual({
      collectionStats: { productCount: 0 },
    });
    expect((await sendRaw(server, { documentId: id })).data).toEqual({ collectionStats: { productCount: 0 } });
    for (const search of [{ extensions: JSON.stringify(byId(id).extensions) }, { documentId: id }]) {
      const byGet = await server.fetch(`${ORIGIN}/graphql?${new URLSearchParams(search)}`);
      expect((await byGet.json()).data).toEqual({ collectionStats: { productCount: 0 } });
    }
    expect((await sendRaw(server, { query: '{ __typename }' })).data).toEqual({ __typename: 'Query' });
    expect((await sendRaw(server, byId('constructor'))).errors[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  }));

describe('where nothing but trusted documents is answered', () => {
  const env = { TRUSTED_DOCUMENTS_ONLY: 'on', API_KEYS: `office:write:${OFFICE},web:search:${WEB}` };
  const byShop = { 'x-api-key': WEB };

  test('strangers and searching keys get these, and neither another query nor one that they register', () =>
    withVitrine(env, async ({ server }) => {
      expect((await sendRaw(server, byId(id), byShop)).data).toEqual({ collectionStats: { productCount: 0 } });
      // The key is still asked for.
      expect((await sendRaw(server, byId(id))).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
      const others = [
        { query: '{ health { status } }' },
        { query: '{ __schema { types { name } } }' },
        { query: QUERY, ...byId(id) },
        byId('0'.repeat(64)),
        { extensions: {}, query: 'mutation { deleteProduct(id: "x") }' },
      ];
      for (const body of others) {
        for (const headers of [{}, byShop]) {
          const { data, errors } = await sendRaw(server, body, headers);
          expect([data, errors[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
        }
      }
    }));

  test('a key that may write asks anything, so that imports and the command line go on', () =>
    withVitrine(env, async ({ server }) => {
      const query = 'mutation { deleteProduct(id: "nobody") }';
      expect((await sendRaw(server, { query }, BY_WRITER)).data).toEqual({ deleteProduct: false });
      // Neither may somebody without a valid key learn the schema by its mistakes.
      for (const body of [{ query }, { query: '{ prodct }' }, { query: '{' }, byId('0'.repeat(64)), byId(id)]) {
        const wrong = await sendRaw(server, body, { authorization: 'Bearer wrong' });
        expect(wrong.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      }
    }));

  test('what a writing key registered is no way in for anybody else', () =>
    withVitrine(env, async ({ server }) => {
      const query = '{ health { status } }';
      const hash = hashOfQuery(query);
      expect((await sendRaw(server, { query, ...byId(hash) }, BY_WRITER)).data).toEqual({ health: { status: 'UP' } });
      expect((await sendRaw(server, byId(hash), BY_WRITER)).data).toEqual({ health: { status: 'UP' } });
      expect((await sendRaw(server, byId(hash))).errors[0]?.extensions.code).toBe('FORBIDDEN');
    }));

  test('there is no GraphiQL, where nothing would be answered, and health is asked as ever', () =>
    withVitrine(env, async ({ server }) => {
      const page = await server.fetch(`${ORIGIN}/graphql`, { headers: { accept: 'text/html' } });
      expect(await page.text()).not.toContain('<html');
      expect((await server.fetch(`${ORIGIN}/health/ready`)).status).toBe(200);
    }));
});

describe('a file of trusted documents', () => {
  const read = async (content: string) => {
    const other = join(folder, 'other.json');
    await writeFile(other, content);
    return readTrustedDocuments(other);
  };

  test('that is not there or holds something else stops the start and is named', async () => {
    await expect(readTrustedDocuments(join(folder, 'none.json'))).rejects.toThrow(/TRUSTED_DOCUMENTS.*none\.json/);
    for (const content of ['', '[]', '{"a": 1}', '"x"']) await expect(read(content)).rejects.toThrow(StartupError);
  });

  test('with a document of an older schema says at the start which, and the others are answered', async () => {
    const { logger, lines } = createRecordingLogger();
    const other = join(folder, 'older.json');
    await writeFile(other, JSON.stringify({ good: QUERY, old: '{ gone }', huge: `{ health } #${'x'.repeat(15_000)}` }));
    const vitrine = await startVitrine({ TRUSTED_DOCUMENTS: other }, { logger });
    const told = lines.filter((line) => line.includes('trusted document'));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/old.*gone/);
    expect((await sendRaw(vitrine.server, byId('good'))).data).toEqual({ collectionStats: { productCount: 0 } });
    await vitrine.close();
  });
});
