import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checksumOf, type HubFile } from './checksum.ts';
import { HubProtocolError, HubResponseError, HubUnreachableError, tooLarge, wrongChecksum } from './hub-errors.ts';
import { type RetryOptions, retrying } from './retry.ts';

export interface FileDownload {
  id: string;
  file: HubFile;
  /** Where its content is to be had. */
  url: string;
  /** Where it belongs in the end. */
  target: string;
  fetch: typeof fetch;
  retry: RetryOptions;
  /** Told the bytes that are there, those of an earlier run included. */
  onProgress(received: number): void;
}

/**
 * Downloads a file beside its target and checks its content as it lies on disk. Resolves to the path of that `.part`
 * file, whole and flushed; the caller renames it. What an earlier run left is gone on from if it is of the same
 * content: the name of the `.part` file holds the checksum. Throws StartupError for a wrong checksum or size, after
 * deleting what has arrived; HubResponseError, HubUnreachableError and the file system's errors leave it for next time.
 */
export async function downloadFile(download: FileDownload): Promise<string> {
  const { id, file, target, retry, onProgress } = download;
  const part = partPath(target, file);
  await mkdir(dirname(part), { recursive: true });
  await removeOtherParts(part, target);
  let [before, received] = [0, 0];
  const transferRest = async () => {
    before = await sizeOf(part);
    received = before;
    await transfer(download, part, before, (bytes) => {
      received = bytes;
      onProgress(bytes);
    });
  };
  await retrying(transferRest, { ...retry, madeProgress: () => received > before });
  const actual = await checksumOf(part, file.checksum);
  if (actual === file.checksum) return part;
  await rm(part, { force: true });
  throw wrongChecksum(id, file.path, file.checksum, actual);
}

async function transfer(
  { id, file, url, fetch }: FileDownload,
  part: string,
  have: number,
  onReceived: (bytes: number) => void,
): Promise<void> {
  if (have === file.size && have > 0) return onReceived(have);
  const headers = { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) };
  const response = await fetch(url, { headers }).catch(async (error: unknown) => {
    // Nothing comes after what is there, so it is of something else.
    if (error instanceof HubResponseError && error.status === 416) await rm(part, { force: true });
    throw error;
  });
  const start = startOf(response);
  if (start !== 0 && start !== have) {
    await response.body?.cancel();
    throw new HubProtocolError(`it sent ${file.path} from byte ${start}, not ${have}`);
  }
  // A server that does not know ranges sends everything: then it begins anew.
  const handle = await open(part, start === 0 ? 'w' : 'a');
  let received = start;
  try {
    for await (const chunk of response.body ?? []) {
      received += chunk.byteLength;
      if (received > file.size) throw tooLarge(id, file.path, file.size);
      await handle.writeFile(chunk);
      onReceived(received);
    }
    await handle.sync();
  } finally {
    await handle.close();
    if (received > file.size) await rm(part, { force: true });
  }
  if (received < file.size) throw new HubUnreachableError('the connection ended early', { transient: true });
}

/** The first byte that an answer brings: 0, or what a partial one says. */
function startOf(response: Response): number {
  if (response.status !== 206) return 0;
  return Number.parseInt(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? '', 10);
}

function partPath(target: string, { checksum }: HubFile): string {
  return `${target}.${checksum.slice(checksum.indexOf(':') + 1).slice(0, 12)}.part`;
}

/** What is left of the file's other versions. */
async function removeOtherParts(part: string, target: string): Promise<void> {
  const folder = dirname(target);
  const pattern = /^\.[0-9a-f]{12}\.part$/;
  for (const name of await readdir(folder)) {
    const isPart = name.startsWith(basename(target)) && pattern.test(name.slice(basename(target).length));
    if (isPart && name !== basename(part)) await rm(join(folder, name), { force: true });
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
