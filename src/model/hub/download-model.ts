import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withFileLock } from '../../async/file-lock.ts';
import type { TowerDtypes } from '../types.ts';
import { downloadFile } from './download-file.ts';
import { type HubAccess, openHub, readRemoteModel } from './hub-client.ts';
import { explainDownloadError } from './hub-errors.ts';
import { isComplete, MANIFEST_NAME, type Manifest, readManifest } from './manifest.ts';
import { chooseFiles, type HubFile, hasContent, requiredFileNames } from './wanted-files.ts';

/** In the model's folder: held by the process that downloads. */
const LOCK_NAME = 'download.lock';
/** In the model's folder: what has arrived of which content, until all of it has. */
const PARTS_NAME = '.parts';

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
    await access(folder, constants.W_OK);
    const onWait = () => onEvent?.({ kind: 'waiting' });
    return await withFileLock(join(folder, LOCK_NAME), { signal, onWait }, () => downloadLocked(download));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const { endpoint, token } = hub;
    const fileNames = requiredFileNames(download);
    throw explainDownloadError(error, { id, revision, endpoint, hasToken: token !== undefined, folder, fileNames });
  }
}

async function downloadLocked(download: ModelDownload): Promise<Manifest> {
  const { id, folder, signal, onEvent } = download;
  const present = readManifest(folder);
  if (download.revision === undefined && present && isComplete(present, folder, download)) return present;

  const onRetry = (problem: string, pauseMs: number) => onEvent?.({ kind: 'retry', problem, pauseMs });
  const hub = openHub(download.hub, { signal, onRetry });
  const { revision, files } = await readRemoteModel(hub, id, download.revision ?? present?.revision ?? 'main');
  const wanted = chooseFiles(id, files, download);
  const missing: HubFile[] = [];
  for (const file of wanted) if (!(await hasContent(join(folder, file.path), file))) missing.push(file);

  onEvent?.({ kind: 'files', revision, files: missing });
  const parts: { part: string; target: string }[] = [];
  for (const file of missing) {
    const { path, size, checksum } = file;
    const part = join(folder, PARTS_NAME, `${path}.${checksum.replace(/^.*:/, '').slice(0, 12)}`);
    const url = `${hub.endpoint}/${id}/resolve/${revision}/${path}`;
    const onProgress = (received: number) => onEvent?.({ kind: 'progress', path, received, size });
    await downloadFile(hub, { id, file, url, part, onProgress });
    parts.push({ part, target: join(folder, path) });
  }

  // Of the same commit, other dtypes stay.
  const kept = present?.revision === revision ? present : undefined;
  const all = new Map([...(kept?.files ?? []), ...wanted].map((file) => [file.path, file]));
  const manifest = { id, revision, files: [...all.values()] };
  await putInPlace(folder, manifest, parts, kept ? undefined : present);
  return manifest;
}

/**
 * Renames what has arrived. From the first rename to the last one the folder is neither the old commit nor the new one:
 * no manifest then, but its `.part`, which says that a download broke off. A manifest whose files a power cut took back
 * counts as incomplete.
 */
async function putInPlace(
  folder: string,
  manifest: Manifest,
  parts: readonly { part: string; target: string }[],
  replaced: Manifest | undefined,
): Promise<void> {
  const path = join(folder, MANIFEST_NAME);
  await writeFile(`${path}.part`, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  if (replaced) {
    await rm(path, { force: true });
    const current = new Set(manifest.files.map((file) => file.path));
    const obsolete = replaced.files.filter((file) => !current.has(file.path));
    for (const file of obsolete) await rm(join(folder, file.path), { force: true });
  }
  for (const { part, target } of parts) {
    await mkdir(dirname(target), { recursive: true });
    await rename(part, target);
  }
  await rename(`${path}.part`, path);
  await rm(join(folder, PARTS_NAME), { recursive: true, force: true });
}
