// Row 8: bulk indexing of images on the disk, beside the vision tower alone; and the memory that it takes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadConfig, ownOrigins } from '../../src/config.ts';
import { createDeps } from '../../src/deps.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { openTower, type Tower } from '../../src/model/tower.ts';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { importCatalogue } from '../../src/services/import/import-catalogue.ts';
import { createLocalImages } from '../../src/services/import/local-images.ts';
import { readCatalogue } from '../../src/services/import/read-catalogue.ts';
import { temporaryFolder } from '../server.ts';
import { makePhoto, standardModel, THREADS } from '../standard-model.ts';
import { alternate, quantile, type Row } from '../table.ts';

const isQuick = process.argv.includes('--quick');
const [ROUNDS, PRODUCTS] = isQuick ? [2, 32] : [6, 128];
const [FEW, MANY] = isQuick ? [200, 1000] : [1000, 20_000];
const SIDE = 800;
const BATCHES = [1, 2, 4, 8];

await using folder = await temporaryFolder();
const images = join(folder.path, 'images');
await mkdir(images);

const memory = await measureMemory();
const speed = await measureSpeed();
process.stdout.write(JSON.stringify({ rows: [speed, memory] }));

async function measureSpeed(): Promise<Row> {
  const importing = await openImport({ CLIP_MODEL: standardModel() });
  const file = join(standardModel(), 'onnx', 'vision_model.onnx');
  const tower = await openTower({ file, device: 'cpu', threads: THREADS, niceness: 0 });
  const rates: number[] = [];
  for (const batch of BATCHES) rates.push(await towerRate(tower, batch, 8));
  const best = BATCHES[rates.indexOf(Math.max(...rates))] ?? 1;
  const paired = await alternate(
    ROUNDS,
    (round) => importing.index(round * PRODUCTS, PRODUCTS, SIDE),
    () => towerRate(tower, best, PRODUCTS),
  );
  await tower.close();
  await importing.close();
  return {
    number: '8a',
    what: `Bulk indexing, JPEGs of ${SIDE} x ${SIDE} on the disk, fp32`,
    against: `the vision tower alone, in batches of ${best}`,
    unit: '/s',
    bound: { times: 0.9 },
    ...paired,
  };
}

async function measureMemory(): Promise<Row> {
  const importing = await openImport({ CLIP_MODEL: 'mini' });
  const sizes: number[] = [];
  const sampling = setInterval(() => sizes.push(process.memoryUsage.rss() / 1e6), 100);
  const atEnd = () => quantile(sizes.splice(0).slice(-20), 0.5);
  await importing.index(0, FEW, 128);
  const few = atEnd();
  await importing.index(FEW, MANY - FEW, 128);
  const many = atEnd();
  clearInterval(sampling);
  await importing.close();
  return {
    number: '8b',
    what: `Memory of the process after ${MANY} products, bundled model`,
    against: `after ${FEW}`,
    unit: 'MB',
    bound: { times: 1, plus: 50 },
    ours: [many],
    theirs: [few],
  };
}

/** Images a second that the tower embeds in batches of this size. */
async function towerRate(tower: Tower, batch: number, count: number): Promise<number> {
  const started = performance.now();
  for (let done = 0; done < count; done += batch) {
    const data = new Float32Array(batch * 3 * 224 * 224).fill(0.5);
    await tower.run({ pixel_values: { data, dims: [batch, 3, 224, 224] } });
  }
  return (1000 * count) / (performance.now() - started);
}

/** A store of its own, into which products are imported as `vitrine import` does it; every image is another one. */
async function openImport(environment: Record<string, string>) {
  const dataDir = await temporaryFolder();
  const config = loadConfig({ ...environment, DATA_DIR: dataDir.path });
  const deps = await createDeps(config, createSilentLogger(), ownOrigins(config, config.port));
  const localImages = createLocalImages({
    folders: [images],
    demoFolder: join(DEMO_CATALOGUE_DIR, 'images'),
    publicUrl: deps.publicUrl,
    imageStore: deps.imageStore,
    maxBytes: 10_000_000,
  });
  return {
    /** Products a second. */
    async index(from: number, count: number, side: number): Promise<number> {
      const lines: string[] = [];
      for (let index = from; index < from + count; index += 1) {
        await writeFile(join(images, `${side}-${index}.jpg`), await makePhoto(index, side, side));
        lines.push(JSON.stringify({ ...product(index), image: `${side}-${index}.jpg` }));
      }
      const started = performance.now();
      const { indexed } = await importCatalogue({
        lines: readCatalogue(Readable.from([Buffer.from(lines.join('\n'))]), 'jsonl'),
        indexBatch: (inputs) => deps.services.indexing.indexProducts(inputs, { skipUnchanged: true }),
        localImages,
        concurrency: 32,
        stop: new AbortController().signal,
        onFailure: ({ message }) => process.stderr.write(`${message}\n`),
        onProgress: () => {},
      });
      if (indexed !== count) throw new Error(`${indexed} of ${count} products were indexed.`);
      return (1000 * count) / (performance.now() - started);
    },
    async close() {
      await deps.close();
      await dataDir[Symbol.asyncDispose]();
    },
  };
}

function product(index: number) {
  const category = `category ${index % 40}`;
  const description = `Product ${index} of a shop, number ${index % 97} of its kind, in colour ${index % 12}.`;
  return {
    id: `p-${index}`,
    name: `Product ${index}`,
    description,
    category,
    price: 1 + (index % 500),
    currency: 'EUR',
  };
}
