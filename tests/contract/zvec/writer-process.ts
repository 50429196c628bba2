import { createZvecStore } from '../../../src/adapters/vector-store/zvec/store.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { makeItem } from '../vector-store/fixtures.ts';

/**
 * A process that writes products until somebody kills it. Arguments: data folder, dimension. It prints the number of
 * products acknowledged so far, one line per call.
 */
const [dataDir = '', dimension = '8'] = process.argv.slice(2);
const identity = { name: 'products', modelId: 'mini', dimension: Number(dimension) };
const upkeep = { minPending: 300, calmMs: 1 };
const store = await createZvecStore({ dataDir, identity, logger: createSilentLogger(), upkeep });
for (let written = 0; written < 50_000; written += 5) {
  await store.upsert(Array.from({ length: 5 }, (_, index) => makeItem({ id: `p${written + index}` }, written + index)));
  process.stdout.write(`${written + 5}\n`);
}
