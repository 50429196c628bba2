import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { AppError } from '../../../../src/errors.ts';
import { type ImportOptions, importCatalogue } from '../../../../src/services/import/import-catalogue.ts';
import { readCatalogue } from '../../../../src/services/import/read-catalogue.ts';
import type { CatalogueLine, ImportOutcome, LineFailure, Tally } from '../../../../src/services/import/types.ts';
import type { ProductInput } from '../../../../src/services/indexing/product-draft.ts';

function product(line: number, id: string, fields: Record<string, unknown> = {}): CatalogueLine {
  const input = { id, name: `Product ${id}`, category: 'things', price: 1, imageUrl: 'https://x.example/a.jpg' };
  return { line, input: { ...input, ...fields } };
}

async function* from(lines: readonly CatalogueLine[]) {
  yield* lines;
}

/** A shop's store in memory: keeps names by id, in the order in which they came. */
function createStore() {
  const names = new Map<string, string>();
  const batches: string[][] = [];
  return {
    names,
    batches,
    async indexBatch(inputs: readonly ProductInput[]): Promise<ImportOutcome[]> {
      batches.push(inputs.map(({ id }) => id));
      // Small batches take as long as large ones, so that later ones could overtake.
      for (let turn = 0; turn < (batches.length % 2) * 20; turn += 1) await Promise.resolve();
      return inputs.map(({ id, name }) => {
        const status = names.get(id) === name ? 'unchanged' : 'indexed';
        names.set(id, name);
        return { status, id };
      });
    },
  };
}

function run(lines: readonly CatalogueLine[], options: Partial<ImportOptions> = {}) {
  const failures: LineFailure[] = [];
  const progress: Tally[] = [];
  const result = importCatalogue({
    lines: from(lines),
    indexBatch: createStore().indexBatch,
    localImages: async (image) => `https://shop.example/images/${image}`,
    concurrency: 4,
    stop: new AbortController().signal,
    onFailure: (failure) => failures.push(failure),
    onProgress: (tally) => progress.push(tally),
    pausesMs: [1, 1],
    ...options,
  });
  return { result, failures, progress };
}

test('every line is counted once, bad ones are named, and the rest is indexed', async () => {
  const store = createStore();
  store.names.set('same', 'Product same');
  const lines: CatalogueLine[] = [
    product(1, 'a'),
    { line: 2, error: 'is not valid JSON' },
    product(3, 'same'),
    product(4, 'bad', { price: '12,50', name: ' ' }),
    product(7, 'none', { name: undefined, description: 'x'.repeat(10_001), attributes: [{ name: 'size', value: 42 }] }),
    product(5, 'bare', { imageUrl: undefined }),
    product(6, 'b'),
  ];
  const { result, failures, progress } = run(lines, { indexBatch: store.indexBatch });
  expect(await result).toEqual({ indexed: 2, unchanged: 1, failed: 4 });
  expect([...store.names.keys()].sort()).toEqual(['a', 'b', 'same']);
  expect(failures).toEqual([
    { line: 2, id: null, code: 'BAD_USER_INPUT', message: 'The line is not valid JSON.' },
    {
      line: 4,
      id: 'bad',
      code: 'BAD_USER_INPUT',
      message: 'name: must not be empty (it is " "); price: must be a number (it is "12,50")',
    },
    {
      line: 7,
      id: 'none',
      code: 'BAD_USER_INPUT',
      message:
        'name: is missing; description: must be at most 10000 characters long; attributes.0.value: must be a text (it is 42)',
    },
    { line: 5, id: 'bare', code: 'BAD_USER_INPUT', message: expect.stringContaining('imageUrl: is missing') },
  ]);
  expect(progress.at(-1)).toEqual({ indexed: 2, unchanged: 1, failed: 4 });
});

test('of lines with the same id the last one is what the shop ends up with, however the batches fall', async () => {
  for (const concurrency of [1, 2, 3, 8, 100]) {
    const store = createStore();
    const lines = Array.from({ length: 60 }, (_, i) => product(i + 1, `id-${i % 7}`, { name: `Version ${i}` }));
    const { result } = run(lines, { concurrency, indexBatch: store.indexBatch });
    expect(await result).toEqual({ indexed: 60, unchanged: 0, failed: 0 });
    expect(Object.fromEntries(store.names)).toEqual(
      Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`id-${(53 + i) % 7}`, `Version ${53 + i}`])),
    );
    for (const batch of store.batches) expect(new Set(batch).size).toBe(batch.length);
  }
});

test.each([
  [1, 1],
  [5, 2],
  [32, 16],
  [10_000, 500],
])(
  'with --concurrency %i never more products are under way, in batches that the API takes',
  async (limit, batchSize) => {
    let underWay = 0;
    let most = 0;
    const sizes: number[] = [];
    const lines = Array.from({ length: 1200 }, (_, i) => product(i + 1, `id-${i}`));
    const { result } = run(lines, {
      concurrency: limit,
      async indexBatch(inputs) {
        sizes.push(inputs.length);
        underWay += inputs.length;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= inputs.length;
        return inputs.map(({ id }) => ({ status: 'indexed', id }));
      },
    });
    expect(await result).toEqual({ indexed: 1200, unchanged: 0, failed: 0 });
    expect(Math.max(...sizes)).toBe(batchSize);
    expect(most).toBeLessThanOrEqual(limit);
  },
);

test('products that a busy store refuses are tried again, alone, before they are reported', async () => {
  const store = createStore();
  const tries = new Map<string, number>();
  const { result, failures } = run([product(1, 'fine'), product(2, 'slow'), product(3, 'hopeless')], {
    concurrency: 10,
    async indexBatch(inputs) {
      const outcomes = await store.indexBatch(inputs);
      return outcomes.map((outcome): ImportOutcome => {
        const count = (tries.get(outcome.id) ?? 0) + 1;
        tries.set(outcome.id, count);
        const busy = outcome.id === 'hopeless' || (outcome.id === 'slow' && count < 2);
        return busy ? { status: 'failed', id: outcome.id, error: { code: 'OVERLOADED', message: 'busy' } } : outcome;
      });
    },
  });
  expect(await result).toMatchObject({ failed: 1 });
  expect(Object.fromEntries(tries)).toEqual({ fine: 1, slow: 2, hopeless: 3 });
  expect(failures).toEqual([{ line: 3, id: 'hopeless', code: 'OVERLOADED', message: 'busy' }]);
});

test('failures are told in the order of their lines, whichever batch is the slower one', async () => {
  const slow = Promise.withResolvers<void>();
  const lines = Array.from({ length: 20 }, (_, i): CatalogueLine => {
    const line = i + 1;
    return line % 5 === 0 ? { line, error: 'is broken' } : product(line, `id-${line}`);
  });
  const { result, failures } = run(lines, {
    async indexBatch(inputs) {
      if (inputs.some(({ id }) => id === 'id-1')) await slow.promise;
      if (inputs.some(({ id }) => id === 'id-11')) slow.resolve();
      return inputs.map(({ id }) => ({ status: 'failed', id, error: { code: 'IMAGE_UNREACHABLE', message: 'gone' } }));
    },
  });
  expect(await result).toEqual({ indexed: 0, unchanged: 0, failed: 20 });
  expect(failures.map(({ line }) => line)).toEqual(lines.map(({ line }) => line));
});

test('a product that fails for good is not tried again', async () => {
  let calls = 0;
  const { result } = run([product(1, 'a')], {
    async indexBatch() {
      calls += 1;
      return [{ status: 'failed', id: 'a', error: { code: 'IMAGE_UNREACHABLE', message: 'gone' } }];
    },
  });
  expect(await result).toEqual({ indexed: 0, unchanged: 0, failed: 1 });
  expect(calls).toBe(1);
});

test('Ctrl+C stops reading, finishes what is under way and counts it', async () => {
  const controller = new AbortController();
  const store = createStore();
  let taken = 0;
  async function* endless() {
    for (let i = 1; ; i += 1) {
      taken = i;
      if (i === 50) controller.abort();
      yield product(i, `id-${i}`);
    }
  }
  const { result } = run([], { lines: endless(), indexBatch: store.indexBatch, stop: controller.signal });
  const tally = await result;
  expect(taken).toBe(50);
  expect(tally.indexed).toBe(store.names.size);
  expect(tally.indexed).toBeGreaterThan(40);
});

test('Ctrl+C while a batch is being prepared does not lose it: its images are stored already', async () => {
  const controller = new AbortController();
  const store = createStore();
  const lines: CatalogueLine[] = [
    { line: 1, input: { id: 'a', name: 'A', category: 'c', price: 1 }, image: 'a.png' },
    product(2, 'b'),
  ];
  const { result } = run(lines, {
    concurrency: 1,
    stop: controller.signal,
    indexBatch: store.indexBatch,
    async localImages(image) {
      controller.abort();
      return `https://shop.example/images/${image}`;
    },
  });
  expect(await result).toEqual({ indexed: 1, unchanged: 0, failed: 0 });
  expect([...store.names.keys()]).toEqual(['a']);
});

test('when the store is gone for good the import ends instead of failing line by line', async () => {
  let calls = 0;
  const lines = Array.from({ length: 1000 }, (_, i) => product(i + 1, `id-${i}`));
  const { result, failures } = run(lines, {
    async indexBatch() {
      calls += 1;
      throw new Error('no key');
    },
  });
  await expect(result).rejects.toThrow('no key');
  expect(calls).toBeLessThanOrEqual(4);
  expect(failures).toEqual([]);
});

test('a bad product leaves no image behind', async () => {
  const asked: string[] = [];
  const local = (line: number, id: string, price: unknown): CatalogueLine => ({
    line,
    input: { id, name: id, category: 'c', price },
    image: `${id}.png`,
  });
  const inputs: ProductInput[] = [];
  const { result } = run([local(1, 'good', 1), local(2, 'bad', -1)], {
    localImages: async (image) => {
      asked.push(image);
      return `https://shop.example/images/${image}`;
    },
    async indexBatch(batch) {
      inputs.push(...batch);
      return batch.map(({ id }) => ({ status: 'indexed', id }));
    },
  });
  expect(await result).toEqual({ indexed: 1, unchanged: 0, failed: 1 });
  expect(asked).toEqual(['good.png']);
  expect(inputs).toMatchObject([{ id: 'good', imageUrl: 'https://shop.example/images/good.png' }]);
});

test('more images of a product are looked for beside the catalogue, URLs among them taken as they are', async () => {
  const inputs: ProductInput[] = [];
  const lines = [
    { id: 'a', image: 'a.png', additionalImages: ['b.png', 'https://x.example/c.png', 'd.png'] },
    { id: 'b', imageUrl: 'https://x.example/a.png', additionalImageUrls: ['https://x.example/b.png'] },
    { id: 'c', image: 'a.png', additionalImages: Array.from({ length: 11 }, (_, i) => `${i}.png`) },
    { id: 'd', image: 'a.png', additionalImages: 'b.png' },
    { id: 'e', image: 'a.png', additionalImages: ['missing.png'] },
  ].map((line) => JSON.stringify({ name: 'A', category: 'c', price: 1, ...line }));
  const { result, failures } = run([], {
    lines: readCatalogue(Readable.from([Buffer.from(lines.join('\n'))]), 'jsonl'),
    async localImages(image) {
      if (image === 'missing.png') throw new AppError('IMAGE_UNREACHABLE', 'There is no image "missing.png".');
      return `https://shop.example/images/${image}`;
    },
    async indexBatch(batch) {
      inputs.push(...batch);
      return batch.map(({ id }) => ({ status: 'indexed', id }));
    },
  });
  await result;
  expect(inputs.map(({ id, imageUrl, additionalImageUrls }) => [id, imageUrl, additionalImageUrls])).toEqual([
    [
      'a',
      'https://shop.example/images/a.png',
      ['https://shop.example/images/b.png', 'https://x.example/c.png', 'https://shop.example/images/d.png'],
    ],
    ['b', 'https://x.example/a.png', ['https://x.example/b.png']],
  ]);
  expect(failures).toEqual([
    { line: 3, id: 'c', code: 'BAD_USER_INPUT', message: 'additionalImageUrls: must be at most 10 URLs' },
    {
      line: 4,
      id: 'd',
      code: 'BAD_USER_INPUT',
      message: 'additionalImageUrls: must be a list of URLs (it is "b.png")',
    },
    { line: 5, id: 'e', code: 'IMAGE_UNREACHABLE', message: 'There is no image "missing.png".' },
  ]);
});
