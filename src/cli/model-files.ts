import type { Config } from '../config.ts';
import { StartupError } from '../errors.ts';
import { downloadModel } from '../model/hub/download-model.ts';
import { listModels } from '../model/local-models.ts';
import { dtypesAmong } from '../model/model-files.ts';
import { hubModelFolder } from '../model/model-location.ts';
import { createDownloadProgress } from '../terminal/download-progress.ts';
import { formatBytes } from '../terminal/format.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import { INTERRUPTED, watchForInterrupt } from './interrupt.ts';
import { chooseDtypes, type DtypeFlags, type JsonFlag } from './options.ts';
import { print, printJson, say } from './output.ts';

/** `vitrine model download`: resolves to the exit code. */
export async function runDownload(
  config: Config,
  id: string,
  flags: DtypeFlags & JsonFlag & { revision?: string },
): Promise<number> {
  const folder = hubModelFolder(id, config.model.modelCacheDir);
  if (folder === undefined) {
    throw new StartupError(`"${id}" is no Hub id; one looks like Xenova/clip-vit-base-patch32.`);
  }
  const stop = watchForInterrupt();
  const progress = createDownloadProgress({ stream: process.stderr, say });
  try {
    const { revision, files } = await downloadModel({
      ...chooseDtypes(flags, config.model),
      id,
      folder,
      revision: flags.revision,
      hub: config.hub,
      signal: stop,
      onEvent: progress.onEvent,
    });
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const paths = files.map(({ path }) => path);
    const [vision, text] = [dtypesAmong(paths, 'vision_model'), dtypesAmong(paths, 'text_model')];
    progress.end();
    if (flags.json) printJson({ id, folder, revision, vision, text, size });
    else {
      const dtypes = `vision ${vision.join(', ')}, text ${text.join(', ')}`;
      print(`${id} is in ${folder}: revision ${revision}, ${formatBytes(size)}, ${dtypes}`);
    }
    return 0;
  } catch (error) {
    progress.end();
    if (error !== stop.reason) throw error;
    say('Stopped. What has arrived is kept: the same command goes on from there.');
    return INTERRUPTED;
  }
}

const COLUMNS: readonly Column[] = [
  { title: 'Model', align: 'left' },
  { title: 'Revision', align: 'left' },
  { title: 'Vision', align: 'left', shrinks: true },
  { title: 'Text', align: 'left', shrinks: true },
  { title: 'Size', align: 'right' },
  { title: 'Dimension', align: 'right' },
];

/** `vitrine model list`: resolves to the exit code. */
export async function runList({ model }: Config, flags: JsonFlag): Promise<number> {
  const models = listModels(model.modelCacheDir);
  if (flags.json) {
    printJson(models);
    return 0;
  }
  const rows = models.map(({ id, revision, vision, text, size, dimension }) => [
    id,
    revision?.slice(0, 12) ?? '–',
    vision.join(', '),
    text.join(', '),
    formatBytes(size),
    dimension === undefined ? '–' : String(dimension),
  ]);
  const { isTTY, columns } = process.stdout;
  const table = formatTable(COLUMNS, rows, { width: isTTY ? columns : undefined, colour: isTTY });
  print(`${table}\n\nDownloaded models are in ${model.modelCacheDir}.`);
  return 0;
}
