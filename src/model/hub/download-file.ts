import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Response } from 'undici';
import { StartupError } from '../../errors.ts';
import type { Hub } from './hub-client.ts';
import { HubProtocolError, HubResponseError, HubUnreachableError } from './hub-errors.ts';
import { type HubFile, hasContent } from './wanted-files.ts';

export interface FileDownload {
  id: string;
  file: HubFile;
  /** Where its content is to be had. */
  url: string;
  /** Where it arrives; what lies there is of an earlier run and of the same content, and is gone on from. */
  part: string;
  /** Told the bytes that are there, those of an earlier run included. */
  onProgress(received: number): void;
}

/**
 * Downloads a file and checks its content as it lies on disk; when it resolves, `part` is whole and flushed. Throws
 * StartupError for a wrong checksum or size, after deleting what has arrived; HubResponseError, HubUnreachableError and
 * the file system's errors leave it for next time.
 */
export async function downloadFile(hub: Hub, download: FileDownload): Promise<void> {
  const { id, file, part, onProgress } = download;
  await mkdir(dirname(part), { recursive: true });
  let [before, received] = [0, 0];
  const fetchRest = async () => {
    before = (await stat(part).catch(() => undefined))?.size ?? 0;
    received = before;
    if (received > 0 && received === file.size) return onProgress(received);
    await transfer(hub, download, before, (bytes) => {
      received = bytes;
      onProgress(bytes);
    });
  };
  await hub.retrying(fetchRest, () => received > before);
  if (await hasContent(part, file)) return;
  await rm(part, { force: true });
  throw new StartupError(
    `${file.path} of ${id} arrived damaged: its checksum is not ${file.checksum}, as the Hub says. It has been deleted; download it again.`,
  );
}

async function transfer(
  hub: Hub,
  { id, file, url, part }: FileDownload,
  have: number,
  onReceived: (bytes: number) => void,
): Promise<void> {
  const headers = { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) };
  const response = await hub.get(url, headers).catch(async (error: unknown) => {
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
      if (received > file.size) break;
      await handle.writeFile(chunk);
      onReceived(received);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (received < file.size) throw new HubUnreachableError('the connection ended early');
  if (received === file.size) return;
  await rm(part, { force: true });
  throw new StartupError(
    `${file.path} of ${id} is larger than the ${file.size} bytes that the Hub says. It has been deleted; download it again.`,
  );
}

/** The first byte that an answer brings: 0, or what a partial one says. */
function startOf({ status, headers }: Response): number {
  if (status !== 206) return 0;
  return Number.parseInt(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? '', 10);
}
