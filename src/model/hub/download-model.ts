import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checksumOf, type HubFile } from './checksum.ts';
import { downloadFile } from './download-file.ts';
import { withLock } from './folder-lock.ts';
import { explainDownloadError } from './hub-errors.ts';
import { createHubFetch, type HubAccess } from './hub-fetch.ts';
import { isComplete, MANIFEST_NAME, type Manifest, mergeManifests, readManifest } from './manifest.ts';
import { readRemoteModel } from './remote-model.ts';
import { RETRY_DELAYS_MS, type RetryOptions } from './retry.ts';
import { chooseFiles, requiredFileNames, type TowerDtypes } from './wanted-files.ts';

const LOCK_NAME = 'download.lock';

/** What a download tells of itself. Sizes in bytes. */
export type DownloadEvent =
  /** Another process is downloading the same model. */
  | { kind: 'waiting' }
  /** These are to be fetched; none when all are there. */
  | { kind: 'files'; revision: string; files: readonly HubFile[] }
  | { kind: 'progress'; path: string; received: number; size: number }
  | { kind: 'retry'; problem: string; pauseMs: number };

export interface ModelDownload extends TowerDtypes {
  /** A Hub id. */
  id: string;
  /** The model's own folder. */
  folder: string;
  /** Branch, tag or commit. Default: the one that the folder is of, else `main`. */
  revision?: string | undefined;
  hub: HubAccess;
  signal?: AbortSignal | undefined;
  onEvent?(event: DownloadEvent): void;
}

/**
 * Downloads the files of a model that Vitrine needs, all of one commit, and resolves to what the folder then holds.
 * Files appear in the folder only when all of them have arrived and their checksums agree; the manifest comes last.
 * Going on after a failure costs only what is missing, and a second process waits for the first. Throws StartupError,
 * one line, for whatever goes wrong; the signal's reason when it aborts.
 */
export async function downloadModel(download: ModelDownload): Promise<Manifest> {
  const { id, folder, revision, hub, signal, onEvent } = download;
  try {
    await mkdir(folder, { recursive: true });
    const onWait = () => onEvent?.({ kind: 'waiting' });
    return await withLock(join(folder, LOCK_NAME), { signal, onWait }, () => downloadLocked(download));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw explainDownloadError(error, {
      id,
      revision,
      endpoint: hub.endpoint,
      hasToken: hub.token !== undefined,
      folder,
      fileNames: requiredFileNames(download),
    });
  }
}

async function downloadLocked(download: ModelDownload): Promise<Manifest> {
  const { id, folder, hub, signal, onEvent } = download;
  const present = readManifest(folder);
  if (download.revision === undefined && present && isComplete(present, folder, download)) return present;

  const fetch = createHubFetch(hub, signal);
  const retry: RetryOptions = {
    delaysMs: hub.retryDelaysMs ?? RETRY_DELAYS_MS,
    signal,
    onRetry: (error, pauseMs) =>
      onEvent?.({ kind: 'retry', problem: error instanceof Error ? error.message : String(error), pauseMs }),
  };
  const remote = await readRemoteModel({
    id,
    revision: download.revision ?? present?.revision ?? 'main',
    endpoint: hub.endpoint,
    fetch,
    retry,
  });
  const wanted = chooseFiles(id, remote.files, download);
  const kept = present?.revision === remote.revision ? present : undefined;
  const missing: HubFile[] = [];
  for (const file of wanted) if (!(await isThere(file, folder))) missing.push(file);

  onEvent?.({ kind: 'files', revision: remote.revision, files: missing });
  const arrived: { part: string; target: string }[] = [];
  for (const file of missing) {
    const target = join(folder, file.path);
    const url = `${hub.endpoint}/${id}/resolve/${remote.revision}/${file.path}`;
    const onProgress = (received: number) =>
      onEvent?.({ kind: 'progress', path: file.path, received, size: file.size });
    arrived.push({ part: await downloadFile({ id, file, url, target, fetch, retry, onProgress }), target });
  }

  const dtypes = { vision: [download.visionDtype], text: [download.textDtype] };
  const manifest = mergeManifests({ id, revision: remote.revision, dtypes, files: wanted }, kept);
  await putInPlace(folder, manifest, arrived, kept ? undefined : present);
  return manifest;
}

/** Whether the folder has this very content. */
async function isThere(file: HubFile, folder: string): Promise<boolean> {
  const target = join(folder, file.path);
  const size = (await stat(target).catch(() => undefined))?.size;
  return size === file.size && (await checksumOf(target, file.checksum)) === file.checksum;
}

/**
 * Renames what has arrived. From the first rename to the last one the folder is neither the old commit nor the new one:
 * no manifest then, but its `.part`, which says that a download broke off.
 */
async function putInPlace(
  folder: string,
  manifest: Manifest,
  arrived: readonly { part: string; target: string }[],
  replaced: Manifest | undefined,
): Promise<void> {
  const path = join(folder, MANIFEST_NAME);
  const handle = await open(`${path}.part`, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (replaced) {
    await rm(path, { force: true });
    const current = new Set(manifest.files.map((file) => file.path));
    const obsolete = replaced.files.filter((file) => !current.has(file.path));
    for (const file of obsolete) await rm(join(folder, file.path), { force: true });
  }
  for (const { part, target } of arrived) await rename(part, target);
  for (const changed of new Set(arrived.map(({ target }) => dirname(target)))) await syncFolder(changed);
  await rename(`${path}.part`, path);
  await syncFolder(folder);
}

/** Renames survive a power cut only then. Not every file system can, and none needs it to be right. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Left to the system.
  }
}
