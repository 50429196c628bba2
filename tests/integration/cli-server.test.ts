import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { type CliShop, openCliShop, PRODUCTS } from '../support/cli-shop.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let shop: CliShop;
let folder: string;
const vitrine: CliShop['vitrine'] = (...given) => shop.vitrine(...given);
beforeAll(async () => {
  shop = await openCliShop();
  folder = shop.folder;
});
afterAll(() => shop.close());

describe('with a server running', () => {
  let server: ServerProcess;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = join(folder, 'served');
    server = await startServerProcess({ DATA_DIR: dataDir, DEMO_CATALOGUE: 'off' });
  });

  afterAll(() => server.stop());

  test('an import through its API finds the images on the shared disk', async () => {
    const url = ['--url', server.origin];
    const { code, stdout, stderr } = await vitrine(['import', 'products.csv', ...url], { DATA_DIR: dataDir });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^indexed 4, unchanged 0, failed 0 /);
    expect(code).toBe(0);
    const found = await vitrine(['search', 'yellow', ...url, '--json']);
    expect(JSON.parse(found.stdout).hits[0].product).toMatchObject({ id: 'sku-0004' });
    const image = await fetch(JSON.parse(found.stdout).hits[0].product.imageUrl);
    expect(Buffer.from(await image.arrayBuffer())).toEqual(await readFile(join(folder, 'images', 'sku-0004.png')));
  });

  test('local images for a server on another disk fail line by line, with what to do', async () => {
    const args = ['import', 'products.csv', '--url', `${server.origin}/graphql`, '--force'];
    const changed = (await readFile(join(folder, 'images', 'sku-0001.png'))).subarray(0);
    await writeFile(join(folder, 'images', 'sku-0001.png'), Buffer.concat([changed, Buffer.from('changed')]));
    const { code, stderr, stdout } = await vitrine(args, { DATA_DIR: join(folder, 'elsewhere') });
    await writeFile(join(folder, 'images', 'sku-0001.png'), changed);
    expect(stdout).toMatch(/^indexed 3, unchanged 0, failed 1 /);
    expect(stderr).toMatch(/^line 2 \(sku-0001\): IMAGE_UNREACHABLE: /);
    expect(code).toBe(1);
  });

  test('a command that finds the store in use goes through that server and says so', async () => {
    const { code, stdout, stderr } = await vitrine(['stats', '--json'], { DATA_DIR: dataDir });
    const address = `http://127.0.0.1:${new URL(server.origin).port}/graphql`;
    expect(stderr).toBe(`The store in ${dataDir} is in use; going through the server at ${address}.\n`);
    expect(JSON.parse(stdout)).toMatchObject({ backend: 'sqlite', productCount: 4 });
    expect(code).toBe(0);
  });

  test('the demo alone can be deleted; what the shop keeps under the id of one of its products stays', async () => {
    const url = ['--url', server.origin];
    const demo = join(DEMO_CATALOGUE_DIR, 'products.jsonl');
    const lines = (await readFile(demo, 'utf8')).split('\n').slice(0, 8).join('\n');
    await writeFile(join(folder, 'demo.jsonl'), lines);
    const images = ['--images', join(DEMO_CATALOGUE_DIR, 'images')];
    await vitrine(['import', 'demo.jsonl', ...images, ...url], { DATA_DIR: dataDir });
    await vitrine(['import', 'products.csv', ...url], { DATA_DIR: dataDir });
    const { code, stdout } = await vitrine(['clear', '--demo', '--yes', ...url]);
    expect([code, stdout]).toEqual([0, 'deleted 4\n']);
    const { stdout: left } = await vitrine(['export', '-', ...url]);
    expect(left.match(/"id":"sku-\d+"/g)?.sort()).toEqual(PRODUCTS.map(([id]) => `"id":"${id}"`));
  });

  test('where that server cannot be found, the command says what to do', async () => {
    await rm(join(dataDir, 'server-address'));
    const { code, stdout, stderr } = await vitrine(['stats'], { DATA_DIR: dataDir, PORT: '1' });
    expect(stderr).toMatch(/^The store in .* is in use by another process, and no server answers at .* --url.*\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});

describe('a mistake on the command line', () => {
  test('--help shows the commands and an example', async () => {
    const { code, stdout } = await vitrine(['--help']);
    expect(code).toBe(0);
    for (const word of ['serve', 'import', 'search', 'stats', '$ npm run vitrine -- search "red dress"']) {
      expect(stdout).toContain(word);
    }
  });

  test.each([
    [['search', 'dress', '--max-prise', '5'], '(Did you mean --max-price?)'],
    [['import', 'nothing.jsonl'], 'There is no file nothing.jsonl.'],
    [['import', 'products.csv', '--errors', './products.csv'], 'must not be the catalogue itself'],
    [['search', '--mode', 'vector'], 'BAD_USER_INPUT: query: needs a text, an image or a productId'],
    [['search', '--min-relevance', '1'], 'minRelevance: there is nothing to be relevant to without a query'],
    [['search', 'dress', '--url', 'http://localhost:1'], 'No server answers at http://localhost:1/graphql'],
  ])('vitrine %j ends with 1 and says what is wrong, without a stack', async (args, message) => {
    const { code, stdout, stderr } = await vitrine(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  test('what is misspelled in the environment is told, with the name that was meant', async () => {
    const { code, stderr } = await vitrine(['model', 'list'], { LOG_LEVLE: 'debug', DATA_DIRS: 'elsewhere' });
    expect(stderr).toBe('LOG_LEVLE is set, but Vitrine does not read it. Did you mean LOG_LEVEL?\n');
    expect(code).toBe(0);
  });

  test('a bad setting is told in a line, without a stack', async () => {
    const { code, stderr } = await vitrine(['stats'], { PORT: 'eighty' });
    expect(stderr).toBe(
      'The configuration has problems:\n  PORT must be a whole number from 0 to 65535 (it is "eighty")\n',
    );
    expect(code).toBe(1);
  });
});
