import { createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { StartupError } from '../errors.ts';
import { COMMAND } from '../package-root.ts';
import { formatOfFile } from '../services/import/read-catalogue.ts';
import { CATALOGUE_FORMATS, type CatalogueFormat } from '../services/import/types.ts';
import { attributeColumns, csvHeader, toCsvRecord, toJsonLine } from '../services/import/write-catalogue.ts';
import { formatProducts } from '../terminal/format.ts';
import type { ApiClient } from './api-client.ts';
import { connect } from './connect.ts';
import { INTERRUPTED, watchForInterrupt } from './interrupt.ts';
import { listProducts } from './operations.ts';
import { type ConnectionFlags, type Runner, readConfig, withConnection } from './options.ts';
import { say } from './output.ts';

interface ExportFlags extends ConnectionFlags {
  format?: CatalogueFormat;
}

const ABOUT = `
Every product is written as "import" reads it, with the address of its image.
JSON Lines gives back each one just as it is; CSV loses blanks at the ends of a
text. A file is put in place once it is whole.

To pass it on to another program, say npm run --silent: npm prints two lines of
its own otherwise.

Examples:
  $ ${COMMAND} export products.jsonl
  $ ${COMMAND} export products.csv --url https://search.example.com`;

/** Adds `vitrine export`, which writes what `vitrine import` reads. */
export function addExportCommand(program: Command, run: Runner): void {
  const command = program
    .command('export')
    .description('write all products to a file')
    .argument('<file>', 'a .jsonl or .csv file, or - to print them')
    .addOption(new Option('--format <format>', 'format (default: by the name of the file)').choices(CATALOGUE_FORMATS));
  withConnection(command)
    .addHelpText('after', ABOUT)
    .action((file: string, flags: ExportFlags) => run(() => runExport(file, flags)));
}

async function runExport(file: string, flags: ExportFlags): Promise<number> {
  const format = flags.format ?? (file === '-' ? 'jsonl' : formatOfFile(file));
  if (!format)
    throw new StartupError(`${file} ends neither in .jsonl nor in .csv: say --format jsonl or --format csv.`);
  const stop = watchForInterrupt();
  try {
    await using connection = await connect(readConfig(), { ...flags, stop });
    const { client } = connection;
    let count = format === 'csv' ? -1 : 0;
    const text = async function* () {
      for await (const line of format === 'csv' ? csvLines(client) : jsonLines(client)) {
        count += 1;
        yield `${line}\n`;
      }
    };
    await write(text(), file, stop);
    say(`${file === '-' ? 'Printed' : `Wrote ${file}:`} ${formatProducts(count)}.`);
    return 0;
  } catch (error) {
    if (stop.aborted) return INTERRUPTED;
    throw error;
  }
}

async function* jsonLines(client: ApiClient): AsyncGenerator<string> {
  for await (const product of listProducts(client)) yield toJsonLine(product);
}

/** Reads the catalogue twice: what its columns are must be known before the first record. */
async function* csvLines(client: ApiClient): AsyncGenerator<string> {
  const columns = await attributeColumns(listProducts(client));
  yield csvHeader(columns);
  for await (const product of listProducts(client)) yield toCsvRecord(product, columns);
}

/** Writes a file that appears whole or not at all; what is no file, such as a pipe, is written to as it is. */
async function write(text: AsyncIterable<string>, file: string, stop: AbortSignal): Promise<void> {
  const source = Readable.from(text);
  if (file === '-') return pipeline(source, process.stdout, { signal: stop, end: false });
  const isOther = statSync(file, { throwIfNoEntry: false })?.isFile() === false;
  if (isOther) return pipeline(source, createWriteStream(file), { signal: stop });
  const part = `${file}.part`;
  try {
    await pipeline(source, createWriteStream(part), { signal: stop });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
