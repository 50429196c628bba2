import { resolve } from 'node:path';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { downloadModel } from '../model/hub/download-model.ts';
import { inspectFolder } from '../model/hub/manifest.ts';
import { hubModelFolder, isFolder } from '../model/model-location.ts';
import { createDownloadProgress } from '../terminal/download-progress.ts';
import { formatBytes } from '../terminal/format.ts';

/**
 * Makes sure that the files of a CLIP_MODEL that is a Hub id lie under MODEL_CACHE_DIR, downloading what is missing, with
 * a bar on a terminal and lines in the log elsewhere. Files that are there cost no request; those that somebody put there
 * by hand are never touched. The bundled model and folders are left alone. Throws StartupError, one line, when the
 * download fails; the signal's reason when it aborts.
 */
export async function prepareModel({ model, hub }: Config, logger: Logger, signal?: AbortSignal): Promise<void> {
  const id = model.name;
  const folder = hubModelFolder(id, model.modelCacheDir);
  // A folder of that name comes first, as in locating a model.
  if (folder === undefined || isFolder(resolve(id)) || inspectFolder(folder, model) !== 'incomplete') return;

  logger.info(`${id} is not on this machine yet. Downloading it from ${hub.endpoint} to ${folder}.`);
  const progress = createDownloadProgress({ stream: process.stderr, say: (line) => logger.info(line) });
  try {
    const { revision, files } = await downloadModel({ ...model, id, folder, hub, signal, onEvent: progress.onEvent });
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    logger.info(`${id} is here, ${formatBytes(bytes)}, at revision ${revision}. It will not be downloaded again.`);
  } finally {
    progress.end();
  }
}
