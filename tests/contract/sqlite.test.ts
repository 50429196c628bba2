import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../../src/adapters/vector-store/sqlite/store.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { describeVectorStore } from './vector-store-suite.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-sqlite-'));

describeVectorStore('sqlite', {
  open: (identity) => createSqliteStore({ dataDir, identity, logger: createSilentLogger(), readers: 2 }),
  cleanup: () => rm(dataDir, { recursive: true, force: true }),
});
