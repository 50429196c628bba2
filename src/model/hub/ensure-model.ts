import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from '../../logger.ts';
import { hubModelFolder } from '../model-location.ts';
import { type DownloadEvent, downloadModel } from './download-model.ts';
import { formatBytes } from './format-bytes.ts';
import type { HubAccess } from './hub-fetch.ts';
import { inspectFolder } from './manifest.ts';
import type { TowerDtypes } from './wanted-files.ts';

/**
 * Makes sure that the files of a CLIP_MODEL that is a Hub id lie under `modelCacheDir`, downloading what is missing.
 * Files that are there cost no request; those that somebody put there by hand are never touched. The bundled model and
 * folders are left alone. Throws StartupError, one line, when the download fails.
 */
export async function ensureModel(
  options: TowerDtypes & {
    name: string;
    modelCacheDir: string;
    hub: HubAccess;
    logger: Logger;
    signal?: AbortSignal | undefined;
    onEvent?(event: DownloadEvent): void;
  },
): Promise<void> {
  const { name, hub, logger } = options;
  const folder = hubModelFolder(name, options.modelCacheDir);
  if (folder === undefined || isFolder(name) || inspectFolder(folder, options) !== 'incomplete') return;

  logger.info(`${name} is not on this machine yet. Downloading it from ${hub.endpoint} to ${folder}.`);
  const { revision, files } = await downloadModel({ ...options, id: name, folder });
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  logger.info(`${name} is here, ${formatBytes(bytes)}, at revision ${revision}. It will not be downloaded again.`);
}

/** A folder of that name comes first, as in locating a model. */
function isFolder(name: string): boolean {
  return statSync(resolve(name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
