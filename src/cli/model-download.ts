import type { Config } from '../config.ts';
import { StartupError } from '../errors.ts';
import { downloadModel } from '../model/hub/download-model.ts';
import { formatBytes } from '../model/hub/format-bytes.ts';
import { hubModelFolder } from '../model/model-location.ts';
import { createDownloadProgress } from '../terminal/download-progress.ts';
import { chooseDtypes, type DtypeFlags } from './dtype-flags.ts';

/** What a shell expects of a program that SIGINT ended. */
const INTERRUPTED = 130;

/** `vitrine model download`: resolves to the exit code. */
export async function runDownload(
  config: Config,
  id: string,
  flags: DtypeFlags & { revision?: string },
): Promise<number> {
  const folder = hubModelFolder(id, config.model.modelCacheDir);
  if (folder === undefined) {
    throw new StartupError(`"${id}" is no Hub id; one looks like Xenova/clip-vit-base-patch32.`);
  }
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = createDownloadProgress({ stream: process.stderr, say: toStderr });
  try {
    const manifest = await downloadModel({
      ...chooseDtypes(flags, config.model),
      id,
      folder,
      revision: flags.revision,
      hub: config.hub,
      signal: interruption.signal,
      onEvent: progress.onEvent,
    });
    const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0);
    progress.end();
    process.stdout.write(
      `${id} is in ${folder}: revision ${manifest.revision}, ${formatBytes(bytes)}, ` +
        `vision ${manifest.dtypes.vision.join(', ')}, text ${manifest.dtypes.text.join(', ')}\n`,
    );
    return 0;
  } catch (error) {
    progress.end();
    if (error !== interruption.signal.reason) throw error;
    toStderr('Stopped. What has arrived is kept: the same command goes on from there.');
    return INTERRUPTED;
  }
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
