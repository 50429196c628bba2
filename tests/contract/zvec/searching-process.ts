import { setTimeout as sleep } from 'node:timers/promises';
import { createZvecStore } from '../../../src/adapters/vector-store/zvec/store.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { makeItem, unitVector } from '../vector-store/fixtures.ts';

/**
 * A process in which several customers search while products are written and the index is built over them again and
 * again. Argument: data folder. It prints `done`; a process of its own, since a search that hangs inside zvec can only
 * be killed.
 */
const [dataDir = ''] = process.argv.slice(2);
// As long as real ones: the shorter the vectors, the shorter the moment in which searches meet.
const dimension = 512;
const identity = { name: 'products', modelId: 'mini', dimension };
const upkeep = { minPending: 1, calmMs: 1 };
const store = await createZvecStore({ dataDir, identity, logger: createSilentLogger(), upkeep });
let writing = true;

const productOf = (seed: number) => ({
  ...makeItem({ id: `p${seed % 2000}` }, seed),
  embedding: unitVector(seed, dimension),
});

async function write(): Promise<void> {
  await store.upsert(Array.from({ length: 250 }, (_, i) => productOf(i)));
  for (let round = 50; round < 200; round += 1) {
    await store.upsert(Array.from({ length: 5 }, (_, i) => productOf(round * 5 + i)));
    await sleep(30);
  }
  writing = false;
}

async function search(customer: number): Promise<void> {
  for (let round = 0; writing; round += 1) {
    const embedding = unitVector(customer * 10_000 + round, dimension);
    await store.searchBoth({ embedding, text: 'product', vectorLimit: 200, lexicalLimit: 200 });
    await store.get([`p${round % 250}`]);
  }
}

await Promise.all([write(), ...Array.from({ length: 8 }, (_, customer) => search(customer))]);
await store.close();
process.stdout.write('done\n');
