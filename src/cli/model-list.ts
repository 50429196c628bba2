import type { Config } from '../config.ts';
import { listModels } from '../model/local-models.ts';
import { formatBytes } from '../terminal/format.ts';
import { type Column, formatTable } from '../terminal/table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'Model', align: 'left' },
  { title: 'Revision', align: 'left' },
  { title: 'Vision', align: 'left', shrinks: true },
  { title: 'Text', align: 'left', shrinks: true },
  { title: 'Size', align: 'right' },
  { title: 'Dimension', align: 'right' },
];

/** `vitrine model list`: resolves to the exit code. */
export async function runList({ model }: Config): Promise<number> {
  const rows = listModels(model.modelCacheDir).map(({ id, revision, vision, text, size, dimension }) => [
    id,
    revision?.slice(0, 12) ?? '–',
    vision.join(', '),
    text.join(', '),
    formatBytes(size),
    dimension === undefined ? '–' : String(dimension),
  ]);
  const { isTTY, columns } = process.stdout;
  const table = formatTable(COLUMNS, rows, { width: isTTY ? columns : undefined, colour: isTTY });
  process.stdout.write(`${table}\n\nDownloaded models are in ${model.modelCacheDir}.\n`);
  return 0;
}
