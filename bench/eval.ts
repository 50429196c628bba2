// How good searches are on the demo catalogue with the bundled model, by kind of query: `npm run eval`. It works in a
// temporary folder; what is given behind `--` goes to `vitrine eval`, such as `-- --against mode=vector`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_CATALOGUE_DIR } from '../src/package-root.ts';

const CLI = join(import.meta.dirname, '../src/cli.ts');
const folder = mkdtempSync(join(tmpdir(), 'vitrine-eval-'));
// Empty ones are unset, and keep a .env file from setting them.
const env = { ...process.env, DATA_DIR: folder, CLIP_MODEL: 'mini', QDRANT_URL: '', REDIS_URL: '', VITRINE_URL: '' };

function vitrine(...args: string[]): void {
  const { status } = spawnSync(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`vitrine ${args[0]} failed`);
}

try {
  vitrine('import', join(DEMO_CATALOGUE_DIR, 'products.jsonl'));
  vitrine('eval', '--queries', join(DEMO_CATALOGUE_DIR, 'queries.jsonl'), ...process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
