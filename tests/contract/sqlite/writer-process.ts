import { createSqliteStore } from '../../../src/adapters/vector-store/sqlite/store.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { DIMENSION, randomWrite } from './random-writes.ts';

/**
 * A process in which several writers write at random until somebody kills it. Arguments: data folder, then for each
 * writer the step to begin with. It prints `<writer> <step>` for every write that was acknowledged.
 */
const [dataDir = '', ...steps] = process.argv.slice(2);
const identity = { name: 'products', modelId: 'mini', dimension: DIMENSION, language: 'english' } as const;
const store = await createSqliteStore({ dataDir, identity, logger: createSilentLogger(), readers: 1 });
process.stdout.write('open\n');
await Promise.all(
  steps.map(async (first, writer) => {
    for (let step = Number(first); ; step += 1) {
      const write = randomWrite(writer, step);
      if ('delete' in write) await store.delete(write.delete);
      else await store.upsert(write.upsert);
      process.stdout.write(`${writer} ${step}\n`);
    }
  }),
);
