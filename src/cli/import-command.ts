import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { StartupError } from '../errors.ts';
import { COMMAND, DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { createNameCheck } from '../services/import/columns.ts';
import { importCatalogue } from '../services/import/import-catalogue.ts';
import { createLocalImages } from '../services/import/local-images.ts';
import { CATALOGUE_FORMATS, type CatalogueFormat, type LineFailure, type Tally } from '../services/import/types.ts';
import { formatCount, formatSummary } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';
import { printable } from '../terminal/table.ts';
import { type Connection, connect } from './connect.ts';
import { type CatalogueSource, type ErrorsFile, findCatalogue, openErrorsFile } from './import-files.ts';
import { INTERRUPTED, watchForInterrupt } from './interrupt.ts';
import { indexProducts } from './operations.ts';
import { type ConnectionFlags, type Runner, readConfig, wholeNumberBetween, withConnection } from './options.ts';
import { print, printJson, say } from './output.ts';

interface ImportFlags extends ConnectionFlags {
  images?: string;
  format?: CatalogueFormat;
  concurrency: number;
  errors?: string;
  force?: boolean;
  json?: boolean;
}

/** Failures that are shown where no file takes them. */
const SHOWN_FAILURES = 10;
/** Failures that --json prints; --errors keeps all. */
const KEPT_FAILURES = 100;

const ABOUT = `
A line of JSON Lines, and the same in CSV:
  {"id": "1", "name": "Red dress", "category": "dresses", "price": 49.9,
   "attributes": {"color": "red"}, "image": "1.jpg"}          (all in one line)

  id,name,category,price,attributes.color,image
  1,Red dress,dresses,49.9,red,1.jpg

Also: description, currency (EUR), inStock (true), and imageUrl in place of
image. More images stand in additionalImages, or additionalImageUrls, as a list:
["1-back.jpg", "1-sole.jpg"], in CSV 1-back.jpg|1-sole.jpg. Other names are
ignored.

An image named by "image" is kept under DATA_DIR/images. With --url, the server
must run on the same DATA_DIR to find it there; where it does not, give an
imageUrl that the server can reach.

Importing again is safe: products that are stored as the file has them are
skipped. The exit code is 1 when any line failed.

Examples:
  $ ${COMMAND} import products.csv --images photos
  $ ${COMMAND} import products.jsonl --errors errors.jsonl
  $ zcat products.jsonl.gz | ${COMMAND} import - --format jsonl`;

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
    .option('--force', 'index what is unchanged too, as after an image changed behind its URL')
    .option('--json', 'print the summary and the first 100 failures as JSON');
  withConnection(command)
    .addHelpText('after', ABOUT)
    .action((file: string, flags: ImportFlags) => run(() => runImport(file, flags)));
}

async function runImport(file: string, flags: ImportFlags): Promise<number> {
  const config = readConfig();
  const checkNames = createNameCheck((name, meant) => {
    say(`${JSON.stringify(name)} is no column of a product and is ignored. Did you mean ${JSON.stringify(meant)}?`);
  });
  const source = findCatalogue(file, flags.format, checkNames);
  if (flags.errors && resolve(flags.errors) === resolve(file)) {
    throw new StartupError('The errors file must not be the catalogue itself.');
  }
  const stop = watchForInterrupt('Finishing what is under way; press Ctrl+C again to stop at once.');
  using errorsFile = flags.errors === undefined ? undefined : openErrorsFile(flags.errors);
  try {
    await using connection = await connect(config, { ...flags, stop });
    const tally = await importInto(connection, source, flags, config.image.maxBytes, errorsFile, stop);
    if (stop.aborted) return INTERRUPTED;
    return tally.failed > 0 ? 1 : 0;
  } catch (error) {
    // Interrupted while the server was still waited for.
    if (stop.aborted && error === stop.reason) return INTERRUPTED;
    throw error;
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
  const progress = createProgress({ stream: process.stderr, label: 'Importing', total: await source.count(), say });
  const started = performance.now();
  const failures: LineFailure[] = [];
  let tally: Tally = { indexed: 0, unchanged: 0, failed: 0 };
  try {
    return await importCatalogue({
      lines: source.lines(stop),
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
        errorsFile?.write(failure);
        if (failures.length < KEPT_FAILURES) failures.push(failure);
      },
      onProgress: (done) => {
        tally = done;
        progress.update(done);
      },
    });
  } finally {
    progress.end();
    const elapsedMs = performance.now() - started;
    if (flags.json) printJson({ ...tally, seconds: Math.round(elapsedMs) / 1000, failures });
    else {
      tellFailures(failures, tally, flags.errors);
      print(formatSummary(tally, elapsedMs));
    }
  }
}

/** The first failures line by line, or where all of them are. */
function tellFailures(failures: readonly LineFailure[], tally: Tally, errorsFile: string | undefined): void {
  if (errorsFile !== undefined) {
    if (tally.failed > 0) say(`What failed is listed in ${errorsFile}.`);
    return;
  }
  const shown = failures.slice(0, SHOWN_FAILURES);
  for (const { line, id, code, message } of shown) {
    say(printable(`line ${line}${id === null ? '' : ` (${id})`}: ${code}: ${message}`));
  }
  const more = tally.failed - shown.length;
  if (more > 0) say(`… and ${formatCount(more)} more; --errors FILE keeps them all.`);
}
