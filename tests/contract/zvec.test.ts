import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createZvecStore } from '../../src/adapters/vector-store/zvec/store.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { describeVectorStore } from './vector-store-suite.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-zvec-'));

describeVectorStore('zvec', {
  open: (identity) => createZvecStore({ dataDir, identity, logger: createSilentLogger() }),
  cleanup: () => rm(dataDir, { recursive: true, force: true }),
});
