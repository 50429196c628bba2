import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from '../logger.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { readStorefront, type Storefront } from '../plugins/storefront.ts';

/** The shop's sources; they are not in the container image. */
const SOURCES = join(PACKAGE_ROOT, 'examples', 'storefront');
/** The shop as `npm run build` leaves it, beside the compiled server. */
const BUILT = join(PACKAGE_ROOT, 'dist', 'storefront');
/** Shops built at a start, each under the hash of what it was built of. */
const CACHE = join(PACKAGE_ROOT, 'node_modules', '.cache', 'vitrine', 'storefront');
const IS_CHECKOUT = import.meta.filename.endsWith('.ts');

/**
 * The example shop, ready to be served; in a checkout it is built when it is missing, which takes seconds, and kept.
 * Never rejects: a server without its shop still serves, `/` leads to GraphiQL then, and the log says what went wrong.
 */
export async function prepareStorefront(
  options: { graphiql: boolean; signal: AbortSignal },
  logger: Logger,
): Promise<Storefront | undefined> {
  try {
    const folder = IS_CHECKOUT ? await buildOnce(logger, options.signal) : BUILT;
    return await readStorefront(folder, options);
  } catch (error) {
    if (!options.signal.aborted) logger.warn({ err: error }, 'There is no shop at /: it could not be built or read.');
    return undefined;
  }
}

async function buildOnce(logger: Logger, signal: AbortSignal): Promise<string> {
  const folder = join(CACHE, await hashSources());
  if (existsSync(folder)) return folder;
  const started = performance.now();
  await mkdir(CACHE, { recursive: true });
  // Moved into place whole: servers may start at the same time, and one may be stopped meanwhile.
  const unfinished = join(CACHE, `.${randomUUID()}`);
  try {
    await promisify(execFile)(process.execPath, [join(SOURCES, 'build.ts'), unfinished], { cwd: PACKAGE_ROOT, signal });
    await rename(unfinished, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  logger.info(`Built the shop of examples/storefront in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}

/** What the shop is built of: its files and the versions of all packages. */
async function hashSources(): Promise<string> {
  const entries = await readdir(SOURCES, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash('sha256');
  for (const file of [...files.sort(), join(PACKAGE_ROOT, 'package-lock.json')]) {
    hash
      .update(file.slice(PACKAGE_ROOT.length))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
