import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json: one above `src/` and one above `dist/`. */
export const PACKAGE_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The demo catalogue that comes with Vitrine: products.jsonl and images/. */
export const DEMO_CATALOGUE_DIR = join(PACKAGE_ROOT, 'examples', 'catalogue');

/** The version in package.json. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

/**
 * How people call the command line: in a checkout, where this file is TypeScript, by npm; in the container image, where
 * it is compiled, by a name on the PATH.
 */
export const COMMAND = import.meta.filename.endsWith('.ts') ? 'npm run vitrine --' : 'vitrine';
