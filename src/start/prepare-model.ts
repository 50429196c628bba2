import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { ensureModel } from '../model/hub/ensure-model.ts';
import { createDownloadProgress } from '../terminal/download-progress.ts';

/**
 * Downloads the configured model where it is not on this machine yet, with a bar on a terminal and lines in the log
 * elsewhere. Throws StartupError, one line, when that fails; the signal's reason when it aborts.
 */
export async function prepareModel(config: Config, logger: Logger, signal?: AbortSignal): Promise<void> {
  const progress = createDownloadProgress({ stream: process.stderr, say: (line) => logger.info(line) });
  try {
    await ensureModel({ ...config.model, hub: config.hub, logger, signal, onEvent: progress.onEvent });
  } finally {
    progress.end();
  }
}
