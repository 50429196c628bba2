import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEMO_CATALOGUE_DIR, PACKAGE_ROOT } from '../../src/package-root.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const PRODUCTS = [
  ['sku-0001', 'Red cotton t-shirt', 'clothing', 12.9, 'red'],
  ['sku-0002', 'Plain white tee', 'clothing', 9.9, 'white'],
  ['sku-0003', 'Black organic cotton tee', 'clothing', 14.5, 'black'],
  ['sku-0004', 'Kids’ sunny yellow T-shirt, "ringer"', 'kids', 11.9, 'yellow'],
] as const;

let folder: string;

/** Runs the command line as a shell does, in the temporary folder, where no `.env` is. */
function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: join(folder, 'data'), ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
  return { child, ended };
}

function vitrine(args: readonly string[], env?: Record<string, string>) {
  const { child, ended } = start(args, env);
  child.stdin.end();
  return ended;
}

function jsonLine([id, name, category, price, color]: (typeof PRODUCTS)[number]): string {
  return JSON.stringify({ id, name, category, price, attributes: { color }, image: `${id}.png`, template: 'tee' });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-cli-'));
  await mkdir(join(folder, 'images'));
  for (const [id] of PRODUCTS) {
    await copyFile(join(DEMO_CATALOGUE_DIR, 'images', `${id}.png`), join(folder, 'images', `${id}.png`));
  }
  const [first, second, ...rest] = PRODUCTS.map(jsonLine);
  await writeFile(join(folder, 'products.jsonl'), [first, second, '{"id": "broken"', ...rest].join('\n'));
  const rows = PRODUCTS.map(([id, name, category, price, color]) => {
    const cells = [id, `"${name.replaceAll('"', '""')}"`, category, price.toFixed(2), color, `${id}.png`];
    return cells.join(';');
  });
  await writeFile(
    join(folder, 'products.csv'),
    ['id;name;category;price;attributes.color;image', ...rows].join('\r\n'),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a shop’s catalogue, from a file to a search', () => {
  test('an import indexes the good lines, lists the bad one and fails', async () => {
    const { code, stdout, stderr } = await vitrine(['import', 'products.jsonl', '--errors', 'errors.jsonl']);
    expect(stderr).toBe('What failed is listed in errors.jsonl.\n');
    expect(stdout).toMatch(/^indexed 4, unchanged 0, failed 1 in [\d.]+ s \([\d.]+\/s\)\n$/);
    expect(code).toBe(1);
    const [error, ...more] = (await readFile(join(folder, 'errors.jsonl'), 'utf8')).trim().split('\n');
    expect(JSON.parse(error ?? '')).toEqual({
      line: 3,
      id: null,
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('The line is not valid JSON'),
    });
    expect(more).toEqual([]);
  });

  test('importing again, as CSV this time, leaves everything as it is, and takes old errors away', async () => {
    const { code, stdout, stderr } = await vitrine(['import', 'products.csv', '--errors', 'errors.jsonl']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^indexed 0, unchanged 4, failed 0 /);
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'errors.jsonl'))).toBe(false);
  });

  test('--force indexes again what has not changed, and whoever may open the store needs no key and has no budget', async () => {
    const env = { NODE_ENV: 'production', API_KEYS: 'web:search:s3cret-s3cret-s3cret-s3cret', RATE_LIMIT_WRITES: '1' };
    const { stdout } = await vitrine(['import', 'products.csv', '--force', '--concurrency', '1'], env);
    expect(stdout).toMatch(/^indexed 4, unchanged 0, failed 0 /);
  });

  test('a search prints a table', async () => {
    const { code, stdout, stderr } = await vitrine([
      'search',
      'red',
      'cotton',
      't-shirt',
      '--limit',
      '3',
      '--min-relevance',
      '0',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^# +Score +Similarity +Price +Category +Name +Id$/);
    expect(lines[1]).toMatch(/^1 +[\d.]+ +-?[\d.]+ +12\.90 EUR +clothing +Red cotton t-shirt +sku-0001$/);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toMatch(
      /^3 of 4 that match among 4 products \(fetch 0\.0 ms, embed [\d.]+ ms, search [\d.]+ ms, total [\d.]+ ms\)$/,
    );
  });

  test('a search by an image on disk, with filters, gives JSON to a script', async () => {
    const filters = ['--category', 'clothing', '--attribute', 'color=white', '--attribute', 'color=black'];
    const image = ['--image', 'images/sku-0003.png', '--max-price', '20', '--in-stock'];
    const { stdout } = await vitrine(['search', ...image, ...filters, '--json']);
    const found = JSON.parse(stdout);
    expect(found.totalCount).toBe(2);
    expect(found.hits[0]).toMatchObject({
      product: { id: 'sku-0003', price: 14.5, attributes: [{ name: 'color', value: 'black' }] },
    });
    expect(found.hits[0].similarity).toBeGreaterThan(0.99);
    expect(found.hits[0].matchedImageUrl).toBe(found.hits[0].product.imageUrl);
    expect(found.hits[0].product.imageUrl).toMatch(/^http:\/\/localhost:4000\/images\/[0-9a-f]{64}\.png$/);
  });

  test('without words a search lists the products of the filter, by price if asked', async () => {
    const { stdout } = await vitrine(['search', '--category', 'clothing', '--sort', 'price_desc', '--json']);
    const { hits, matchCount, totalCount } = JSON.parse(stdout);
    const prices: number[] = hits.map(({ product }: { product: { price: number } }) => product.price);
    expect(prices).toEqual(prices.toSorted((left, right) => right - left));
    expect([matchCount, totalCount]).toEqual([prices.length, prices.length]);
    expect(prices.length).toBeGreaterThan(1);
  });

  test('graded queries tell how good searches are, and what another way of searching changes', async () => {
    const queries = [
      { text: 'red cotton t-shirt', kind: 'name', relevant: { 'sku-0001': 3 } },
      { image: 'images/sku-0003.png', kind: 'image', filter: { price: { max: 20 } }, relevant: { 'sku-0003': 3 } },
    ];
    await writeFile(join(folder, 'queries.jsonl'), queries.map((query) => JSON.stringify(query)).join('\n'));
    const plain = await vitrine(['eval', '--queries', 'queries.jsonl']);
    expect(plain.stderr).toBe('');
    expect(plain.stdout.trimEnd().split('\n')).toEqual([
      'Kind   Queries  recall@10    MRR  nDCG@10',
      'name         1      1.000  1.000    1.000',
      'image        1      1.000  1.000    1.000',
      'all          2      1.000  1.000    1.000',
    ]);
    const args = ['eval', '--queries', 'queries.jsonl', '--min-relevance', '0', '--against', 'min-relevance=1'];
    const { stdout } = await vitrine([...args, '--against', 'mode=vector', '--json']);
    const { kinds, against } = JSON.parse(stdout);
    expect(kinds).toHaveLength(3);
    expect(against.kinds).toHaveLength(3);
    expect((await vitrine([...args, '--against', 'colour=red'])).stderr).toContain('It must look like mode=vector');
  });

  test('two models are compared over a catalogue file, each on its own, and what is stored is left alone', async () => {
    const model = join(folder, 'colour-blind');
    await cp(join(PACKAGE_ROOT, 'models', 'mini'), model, { recursive: true });
    const spec = JSON.parse(await readFile(join(model, 'preprocessor_config.json'), 'utf8'));
    await writeFile(join(model, 'preprocessor_config.json'), JSON.stringify({ ...spec, image_mean: [9, 0, -9] }));
    await writeFile(join(folder, 'few.jsonl'), PRODUCTS.map(jsonLine).join('\n'));
    const queries = PRODUCTS.map(([id, text]) => JSON.stringify({ text, relevant: { [id]: 3 } }));
    await writeFile(join(folder, 'names.jsonl'), queries.join('\n'));
    const args = [
      'eval',
      '--queries',
      'names.jsonl',
      '--mode',
      'vector',
      '--json',
      '--against',
      'model=./colour-blind',
    ];
    expect((await vitrine(args)).stderr).toContain('--catalogue');
    const DATA_DIR = join(folder, 'untouched');
    const { code, stdout } = await vitrine([...args, '--catalogue', 'few.jsonl'], { DATA_DIR });
    expect(code).toBe(0);
    const { kinds, against } = JSON.parse(stdout);
    expect(kinds.at(-1).quality.ndcgAt10).toBeGreaterThan(against.kinds.at(-1).quality.ndcgAt10);
    expect(against.worse.length).toBeGreaterThan(0);
    expect(existsSync(DATA_DIR)).toBe(false);
    // A catalogue that only one of them has whole would compare nothing.
    const broken = await vitrine([...args, '--catalogue', 'products.jsonl'], { DATA_DIR });
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('nothing to compare')]);
  });

  test('an import that a script runs sums up as JSON, and names what failed and what stood there', async () => {
    const bad = jsonLine(PRODUCTS[0]).replace('12.9', '"12,90"').replace('"template"', '"in_stock"');
    const { child, ended } = start(['import', '-', '--format', 'jsonl', '--images', 'images', '--json']);
    child.stdin.end([bad, jsonLine(PRODUCTS[1])].join('\n'));
    const { code, stdout, stderr } = await ended;
    expect(JSON.parse(stdout)).toEqual({
      indexed: 0,
      unchanged: 1,
      failed: 1,
      seconds: expect.any(Number),
      failures: [
        { line: 1, id: 'sku-0001', code: 'BAD_USER_INPUT', message: 'price: must be a number (it is "12,90")' },
      ],
    });
    expect(stderr).toBe('"in_stock" is no column of a product and is ignored. Did you mean "inStock"?\n');
    expect(code).toBe(1);
  });

  test('what stands in a catalogue cannot steer the terminal of whoever imports it', async () => {
    const { child, ended } = start(['import', '-', '--format', 'jsonl']);
    child.stdin.end(JSON.stringify({ id: 'evil\u001b[2J\u009b1A', name: 'x', category: 'c', price: '\u009b31m' }));
    const { stderr } = await ended;
    expect(stderr).toContain('line 1 (evil [2J 1A): BAD_USER_INPUT: ');
    for (const control of ['\u001b', '\u009b']) expect(stderr).not.toContain(control);
  });

  test('stats say what there is', async () => {
    const { code, stdout } = await vitrine(['stats']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Model +mini, 512 dimensions/m);
    expect(stdout).toMatch(/^Products +4$/m);
    expect(stdout).toMatch(/^clothing +3$/m);
  });

  test.each(['jsonl', 'csv'])('an export as %s is a file that an import finds unchanged', async (format) => {
    const file = join(folder, `exported.${format}`);
    const exported = await vitrine(['export', file]);
    expect(exported).toEqual({ code: 0, stdout: '', stderr: `Wrote ${file}: 4 products.\n` });
    const { stdout } = await vitrine(['import', file]);
    expect(stdout).toMatch(/^indexed 0, unchanged 4, failed 0 /);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  test('an export that is printed is nothing but the catalogue', async () => {
    const { code, stdout } = await vitrine(['export', '-']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).id).sort()).toEqual(PRODUCTS.map(([id]) => id));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ attributes: { color: expect.any(String) }, inStock: true });
  });

  test('more images of a product come from beside the file; a search says which it found, an export has them all', {
    timeout: 120_000,
  }, async () => {
    const env = { DATA_DIR: join(folder, 'views-data') };
    const header = 'id,name,category,price,image,additionalImages';
    const rows = [
      'views,A,c,1,sku-0001.png,sku-0002.png|sku-0003.png',
      'lost,B,c,1,sku-0001.png,sku-0002.png|nowhere.png',
    ];
    await writeFile(join(folder, 'views.csv'), [header, ...rows].join('\n'));
    const first = await vitrine(['import', 'views.csv'], env);
    expect(first.stdout).toMatch(/^indexed 1, unchanged 0, failed 1 /);
    expect(first.stderr).toContain('There is no image "nowhere.png"');
    expect((await vitrine(['import', 'views.csv'], env)).stdout).toMatch(/^indexed 0, unchanged 1, failed 1 /);
    const search = await vitrine(['search', '--image', 'images/sku-0003.png', '--json'], env);
    const [hit] = JSON.parse(search.stdout).hits;
    expect(hit.similarity).toBeGreaterThan(0.999);
    expect(hit.matchedImageUrl).toBe(hit.product.additionalImageUrls[1]);
    const { stdout } = await vitrine(['export', '-'], env);
    expect(JSON.parse(stdout).additionalImageUrls).toEqual(hit.product.additionalImageUrls);
  });

  test('a product can be changed, and one that is not there is told', async () => {
    const { code, stdout } = await vitrine(['update', 'sku-0001', '--price', '9.5', '--stock', 'no']);
    expect([code, stdout]).toEqual([0, 'sku-0001: Red cotton t-shirt, 9.50 EUR, sold out\n']);
    const again = await vitrine(['update', 'sku-0001', '--price', '12.9', '--stock', 'yes', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ id: 'sku-0001', price: 12.9, inStock: true });
    const missing = await vitrine(['update', 'nothing', '--price', '1']);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('NOT_FOUND')]);
  });

  test('products can be deleted, and one that was not there is named', async () => {
    const { code, stdout, stderr } = await vitrine(['delete', 'sku-0001', 'sku-0003', 'nothing']);
    expect([code, stdout, stderr]).toEqual([1, 'deleted 2\n', 'There is no product nothing.\n']);
    const again = await vitrine(['delete', 'sku-0001', 'sku-0002', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({ deleted: ['sku-0002'], missing: ['sku-0001'] });
  });

  test('everything can be deleted, and never without a yes', async () => {
    const asked = await vitrine(['clear']);
    expect(asked.code).toBe(1);
    expect(asked.stderr).toMatch(
      /^Delete 1 product from \S+ \(sqlite\)\? There is no terminal to ask at: say --yes\.\n$/,
    );
    const { code, stdout } = await vitrine(['clear', '--yes']);
    expect([code, stdout]).toEqual([0, 'deleted 1\n']);
    expect((await vitrine(['export', '-'])).stdout).toBe('');
  });

  test('Ctrl+C finishes what is under way, sums up and ends with 130', async () => {
    const dataDir = await mkdtemp(join(folder, 'interrupted-'));
    const { child, ended } = start(['import', '-', '--format', 'jsonl', '--images', 'images', '--concurrency', '1'], {
      DATA_DIR: dataDir,
    });
    // One line alone, and then it waits for more: a second one would be done too where the signal comes late.
    child.stdin.write(`${PRODUCTS.map(jsonLine)[0]}\n`);
    await vi.waitFor(async () => expect(await readdir(join(dataDir, 'images'))).not.toEqual([]), 25_000);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(stderr).toContain('Finishing what is under way');
    expect(stdout).toMatch(/^indexed 1, unchanged 0, failed 0 /);
    expect(code).toBe(130);
  });
});

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
