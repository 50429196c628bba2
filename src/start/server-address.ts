import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In DATA_DIR, while a server has the embedded store there open: where that server is. */
const FILE = 'server-address';

/**
 * Writes down where the server of this store is, for commands that find the store in use; a disk that takes nothing is no
 * reason not to serve. Dispose of it at the end.
 */
export async function announceAddress(
  dataDir: string,
  { host, port }: { host: string; port: number },
): Promise<AsyncDisposable> {
  const isEverywhere = ['', '0.0.0.0', '::'].includes(host);
  const reachable = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  await writeFile(join(dataDir, FILE), `http://${reachable}:${port}\n`).catch(() => undefined);
  return { [Symbol.asyncDispose]: () => rm(join(dataDir, FILE), { force: true }).catch(() => undefined) };
}

/** Where the server of this store said it is; undefined where none did. A killed one may have left its address. */
export async function findServerAddress(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => '');
  const address = text.trim();
  return /^https?:\/\//.test(address) && URL.canParse(address) ? address : undefined;
}
