import { Command, Option } from 'commander';
import { loadConfig } from '../config.ts';
import { readVersion } from '../package-root.ts';
import { CATALOGUE_FORMATS } from '../services/import/types.ts';
import { SEARCH_MODES } from '../services/search/search-request.ts';
import { explainError } from './explain.ts';
import { type ImportFlags, runImport } from './import-command.ts';
import { addModelCommands } from './model.ts';
import {
  collect,
  collectAttribute,
  keyOption,
  numberBetween,
  parseMode,
  urlOption,
  wholeNumberBetween,
} from './options.ts';
import { runSearch, type SearchFlags } from './search-command.ts';
import { runStats, type StatsFlags } from './stats-command.ts';

const ABOUT = `
Settings come from the environment, as for the server (see .env.example).

Examples:
  $ vitrine serve
  $ vitrine import products.jsonl --errors errors.jsonl
  $ vitrine search "red dress" --max-price 50
  $ vitrine stats`;

const ABOUT_IMPORT = `
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

const ABOUT_SEARCH = `
Examples:
  $ vitrine search "red dress" --max-price 50 --in-stock
  $ vitrine search --image photo.jpg --category shoes --category bags
  $ vitrine search "in blue" --image https://example.com/dress.jpg
  $ vitrine search handbag --attribute color=red --attribute color=brown --json`;

/** The command line of Vitrine. `exit` is told the exit code of the command that ran, where it is not 0. */
export function createProgram(exit: (code: number) => void): Command {
  const program = new Command('vitrine')
    .description('Product search by text and by image.')
    .version(readVersion())
    .showHelpAfterError('Run it with --help to see what there is.')
    .addHelpText('after', ABOUT);

  program
    .command('serve')
    .description('run the server until it is told to stop')
    .action(() =>
      explained(async () => {
        // Only here: the server brings native libraries, which no other command needs to wait for.
        const { serve } = await import('../start/serve.ts');
        await serve(loadConfig(process.env));
      }),
    );

  program
    .command('import')
    .description('index the products of a file')
    .argument('<file>', 'a .jsonl or .csv file, or - for what is piped in')
    .option('--images <folder>', 'where the images lie (default: beside the file, and images/ there)')
    .addOption(new Option('--format <format>', 'format of the file (default: by its name)').choices(CATALOGUE_FORMATS))
    .option('--concurrency <n>', 'products under way at one time', wholeNumberBetween(1, 1000), 32)
    .option('--errors <file>', 'list the lines that failed here, as JSON Lines of line, id, code and message')
    .option('--force', 'index what is unchanged too, as after an image changed behind its URL')
    .addOption(urlOption())
    .addOption(keyOption())
    .addHelpText('after', ABOUT_IMPORT)
    .action((file: string, flags: ImportFlags) => explained(async () => exit(await runImport(file, flags))));

  program
    .command('search')
    .description('find products and print them as a table')
    .argument('[words...]', 'what to look for')
    .option('--image <url|file>', 'an image to look for, alone or together with words')
    .option('--category <category>', 'only this category; several: any of them', collect)
    .option('--min-price <price>', 'only from this price', numberBetween(0, Number.POSITIVE_INFINITY))
    .option('--max-price <price>', 'only up to this price', numberBetween(0, Number.POSITIVE_INFINITY))
    .option('--in-stock', 'only what can be bought now')
    .option('--attribute <name=value>', 'only with this attribute; several of one name: any of them', collectAttribute)
    .addOption(
      new Option('--mode <mode>', 'what to compare (default: HYBRID with words, VECTOR without)')
        .choices(SEARCH_MODES)
        .argParser(parseMode),
    )
    .option('--text-weight <share>', 'share of the words when there is an image too', numberBetween(0, 1), 0.5)
    .option(
      '--semantic-ratio <share>',
      'HYBRID: share of the vector list against the lexical one',
      numberBetween(0, 1),
      0.4,
    )
    .option('--min-similarity <similarity>', 'drop what looks less alike', numberBetween(-1, 1))
    .option('--limit <n>', 'how many products', wholeNumberBetween(1, 100), 10)
    .option('--json', 'print JSON')
    .addOption(urlOption())
    .addOption(keyOption())
    .addHelpText('after', ABOUT_SEARCH)
    .action((words: string[], flags: SearchFlags) => explained(() => runSearch(words, flags)));

  program
    .command('stats')
    .description('say what the collection holds')
    .option('--json', 'print JSON')
    .addOption(urlOption())
    .addOption(keyOption())
    .action((flags: StatsFlags) => explained(() => runStats(flags)));

  addModelCommands(program, (command) => explained(async () => exit(await command())));

  return program;
}

async function explained(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    throw explainError(error);
  }
}
