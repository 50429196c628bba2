import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import { loadConfig } from '../config.ts';
import { StartupError } from '../errors.ts';
import { DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { importCatalogue } from '../services/import/import-catalogue.ts';
import { createLocalImages } from '../services/import/local-images.ts';
import { readCatalogue } from '../services/import/read-catalogue.ts';
import { CATALOGUE_FORMATS, type CatalogueFormat, type LineFailure, type Tally } from '../services/import/types.ts';
import { formatCount, formatSummary } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';
import { type Connection, connect } from './connect.ts';
import { type CatalogueSource, type ErrorsFile, findCatalogue, openErrorsFile } from './import-files.ts';
import { indexProducts } from './operations.ts';
import { type ConnectionFlags, type Runner, wholeNumberBetween, withConnection } from './options.ts';
import { print, say } from './output.ts';

interface ImportFlags extends ConnectionFlags {
  images?: string;
  format?: CatalogueFormat;
  concurrency: number;
  errors?: string;
  force?: boolean;
}

/** Failures that are shown where no file takes them. */
const SHOWN_FAILURES = 10;
/** What a shell expects of a program that SIGINT ended. */
const INTERRUPTED = 130;

const ABOUT = `
A line of JSON Lines, and the same in CSV:
  {"id": "1", "name": "Red dress", "category": "dresses", "price": 49.9, "attributes": {"color": "red"}, "image": "1.jpg"}

  id,name,category,price,attributes.color,image
  1,Red dress,dresses,49.9,red,1.jpg

Also: description, currency (EUR), inStock (true), and imageUrl in place of image. Other names are ignored.

An image named by "image" is kept under DATA_DIR/images. With --url, the server must run on the same DATA_DIR to
find it there; where it does not, give an imageUrl that the server can reach.

Importing again is safe: products that are stored as the file has them are skipped. The exit code is 1 when any
line failed.

Examples:
  $ vitrine import products.csv --images photos --errors errors.jsonl
  $ vitrine import products.jsonl --url http://localhost:4000/graphql
  $ zcat products.jsonl.gz | vitrine import - --format jsonl`;

/** Adds `vitrine import`, whose exit code is 1 when any line failed. */
export function addImportCommand(program: Command, run: Runner): void {
  const command = program
    .command('import')
    .description('index the products of a file')
    .argument('<file>', 'a .jsonl or .csv file, or - for what is piped in')
    .option('--images <folder>', 'where the images lie (default: beside the file, and images/ there)')
    .addOption(new Option('--format <format>', 'format of the file (default: by its name)').choices(CATALOGUE_FORMATS))
    .option('--concurrency <n>', 'products under way at one time', wholeNumberBetween(1, 1000), 32)
    .option('--errors <file>', 'list the lines that failed here, as JSON Lines of line, id, code and message')
    .option('--force', 'index what is unchanged too, as after an image changed behind its URL');
  withConnection(command)
    .addHelpText('after', ABOUT)
    .action((file: string, flags: ImportFlags) => run(() => runImport(file, flags)));
}

async function runImport(file: string, flags: ImportFlags): Promise<number> {
  const config = loadConfig(process.env);
  const source = findCatalogue(file, flags.format);
  if (flags.errors && resolve(flags.errors) === resolve(file)) {
    throw new StartupError('The errors file must not be the catalogue itself.');
  }
  const stop = watchForInterrupt();
  const errorsFile = flags.errors === undefined ? undefined : openErrorsFile(flags.errors);
  try {
    await using connection = await connect(config, { ...flags, stop });
    const tally = await importInto(connection, source, flags, config.image.maxBytes, errorsFile, stop);
    if (stop.aborted) return INTERRUPTED;
    return tally.failed > 0 ? 1 : 0;
  } catch (error) {
    // Interrupted while the server was still waited for.
    if (stop.aborted && error === stop.reason) return INTERRUPTED;
    throw error;
  } finally {
    errorsFile?.close();
  }
}

/** Runs the import and tells how it went, also when it breaks off. */
async function importInto(
  connection: Connection,
  source: CatalogueSource,
  flags: ImportFlags,
  maxBytes: number,
  errorsFile: ErrorsFile | undefined,
  stop: AbortSignal,
): Promise<Tally> {
  const { client, publicUrl, imageStore } = connection;
  const progress = createProgress({
    stream: process.stderr,
    label: 'Importing',
    total: await source.count(),
    say,
  });
  const started = performance.now();
  const shown: LineFailure[] = [];
  let tally: Tally = { indexed: 0, unchanged: 0, failed: 0 };
  try {
    return await importCatalogue({
      lines: readCatalogue(closeOn(stop, source.open()), source.format),
      indexBatch: (inputs) => indexProducts(client, inputs, flags.force !== true),
      localImages: createLocalImages({
        folders: flags.images === undefined ? source.imageFolders : [flags.images],
        demoFolder: join(DEMO_CATALOGUE_DIR, 'images'),
        publicUrl,
        imageStore,
        maxBytes,
      }),
      concurrency: flags.concurrency,
      stop,
      onFailure: (failure) => {
        if (errorsFile) errorsFile.write(failure);
        else if (shown.length < SHOWN_FAILURES) shown.push(failure);
      },
      onProgress: (done) => {
        tally = done;
        progress.update(done);
      },
    });
  } finally {
    progress.end();
    for (const { line, id, code, message } of shown) {
      say(`line ${line}${id === null ? '' : ` (${id})`}: ${code}: ${message}`);
    }
    if (errorsFile && tally.failed > 0) say(`What failed is listed in ${flags.errors}.`);
    else if (tally.failed > shown.length) {
      say(`… and ${formatCount(tally.failed - shown.length)} more; --errors FILE keeps them all.`);
    }
    print(formatSummary(tally, performance.now() - started));
  }
}

/** Aborted by the first SIGINT or SIGTERM; the second one ends the process. */
function watchForInterrupt(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    say('Finishing what is under way; press Ctrl+C again to stop at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** A stream that waits for input would wait for ever. */
function closeOn(stop: AbortSignal, stream: Readable): Readable {
  if (stop.aborted) stream.destroy();
  stop.addEventListener('abort', () => stream.destroy(), { once: true });
  return stream;
}
