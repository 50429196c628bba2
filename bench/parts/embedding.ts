// Rows 5 to 7: from a text or an image to its vector, one at a time and for many at once.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Dtype, Embedder } from '../../src/model/types.ts';
import { temporaryFolder } from '../server.ts';
import { makePhoto, openEmbedder, standardModel } from '../standard-model.ts';
import { alternate, type Row } from '../table.ts';
import { startTransformers } from '../transformers.ts';

const isQuick = process.argv.includes('--quick');
/** How often each side embeds one after the other, and how many each time. */
const [TEXT_BLOCKS, IMAGE_BLOCKS, RATES] = isQuick ? [3, 2, 1] : [10, 8, 6];
const [TEXT_BLOCK, IMAGE_BLOCK] = [30, 6];
/** ONNX Runtime's threads stay awake for some 35 ms after a run, unless told otherwise as ours are: nobody measures beside them. */
const REST_MS = 100;
const [TEXTS, IMAGES] = isQuick ? [64, 16] : [320, 64];
const CLIENTS = 32;
const WORDS = 'red blue green dress shoe bag with long short cotton leather summer white black gold silver'.split(' ');

await using folder = await temporaryFolder();
const photos = await Promise.all(Array.from({ length: 8 }, (_, index) => makePhoto(index, 1200, 1600)));
const files = photos.map((_, index) => join(folder.path, `${index}.jpg`));
await Promise.all(photos.map((photo, index) => writeFile(files[index] ?? '', photo)));

const rows: Row[] = [];
for (const dtype of ['fp32', 'int8'] satisfies Dtype[]) rows.push(...(await measure(dtype)));
process.stdout.write(JSON.stringify({ rows }));

async function measure(dtype: Dtype): Promise<Row[]> {
  const theirs = await startTransformers(dtype);
  const ours = await openEmbedder(standardModel(), dtype);
  const text = await alternate(
    TEXT_BLOCKS,
    (block) => oneByOne(block, TEXT_BLOCK, (index) => timed(() => ours.embedText(textOf(index)))),
    (block) => oneByOne(block, TEXT_BLOCK, (index) => theirs.time({ text: textOf(index) })),
  );
  const image = await alternate(
    IMAGE_BLOCKS,
    (block) => oneByOne(block, IMAGE_BLOCK, (index) => timed(() => ours.embedImage(photoOf(index)))),
    (block) => oneByOne(block, IMAGE_BLOCK, (index) => theirs.time({ file: fileOf(index) })),
  );
  await theirs.stop();
  const embedTexts = (index: number) => ours.embedText(textOf(index));
  const embedImages = (index: number) => ours.embedImage(photoOf(index));
  const texts = await alternate(
    RATES,
    () => rate(embedTexts, TEXTS, CLIENTS),
    () => rate(embedTexts, TEXTS, 1),
  );
  const images = await alternate(
    RATES,
    () => rate(embedImages, IMAGES, CLIENTS),
    () => rate(embedImages, IMAGES, 1),
  );
  await ours.close();
  const library = '`@huggingface/transformers` 4, same file and threads';
  const single = { against: library, unit: 'ms' } as const;
  const many = { against: 'one at a time', unit: '/s' } as const;
  return [
    { number: '5', what: `A text of 7 words to its vector, ${dtype}`, ...single, bound: { times: 0.9 }, ...text },
    { number: '6', what: `A JPEG of 1200 x 1600 to its vector, ${dtype}`, ...single, bound: { times: 0.5 }, ...image },
    { number: '7a', what: `Texts of ${CLIENTS} clients, ${dtype}`, ...many, bound: { times: 1.8 }, ...texts },
    { number: '7b', what: `Images of ${CLIENTS} clients, ${dtype}`, ...many, bound: { times: 1.6 }, ...images },
  ];
}

function textOf(index: number): string {
  return Array.from({ length: 7 }, (_, word) => WORDS[(index * (word + 3) + word) % WORDS.length]).join(' ');
}

function photoOf(index: number): Buffer {
  return photos[index % photos.length] ?? Buffer.alloc(0);
}

function fileOf(index: number): string {
  return files[index % files.length] ?? '';
}

/** What each of a block takes, after a rest. */
async function oneByOne(block: number, size: number, time: (index: number) => Promise<number>): Promise<number[]> {
  await setTimeout(REST_MS);
  const times: number[] = [];
  while (times.length < size) times.push(await time(block * size + times.length));
  return times;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** How many a second come out when so many clients each send one after the other. */
async function rate(embed: (index: number) => ReturnType<Embedder['embedText']>, count: number, clients: number) {
  let next = 0;
  const client = async () => {
    while (next < count) {
      next += 1;
      await embed(next);
    }
  };
  const time = await timed(() => Promise.all(Array.from({ length: clients }, client)));
  return (1000 * count) / time;
}
