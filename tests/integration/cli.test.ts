import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.ts';
import { type CliShop, jsonLine, openCliShop, PRODUCTS } from '../support/cli-shop.ts';

let shop: CliShop;
let folder: string;
const vitrine: CliShop['vitrine'] = (...given) => shop.vitrine(...given);
const start: CliShop['start'] = (...given) => shop.start(...given);
beforeAll(async () => {
  shop = await openCliShop();
  folder = shop.folder;
});
afterAll(() => shop.close());

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
