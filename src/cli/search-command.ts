import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { readOwnImage } from '../adapters/image-source/own-images.ts';
import { PRODUCT_SORTS, type ProductSort } from '../adapters/vector-store/types.ts';
import { StartupError } from '../errors.ts';
import { COMMAND } from '../package-root.ts';
import { SEARCH_MODES, type SearchMode } from '../services/search/search-request.ts';
import { formatCount, formatPrice } from '../terminal/format.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import { connect } from './connect.ts';
import { type Found, type SearchArguments, search } from './operations.ts';
import {
  type ConnectionFlags,
  collect,
  collectAttribute,
  type JsonFlag,
  numberBetween,
  type Runner,
  readConfig,
  wholeNumberBetween,
  withConnection,
  withJson,
  wordOption,
} from './options.ts';
import { print, printJson } from './output.ts';

interface SearchFlags extends ConnectionFlags, JsonFlag {
  image?: string;
  like?: string;
  exclude?: string;
  category?: string[];
  minPrice?: number;
  maxPrice?: number;
  inStock?: boolean;
  attribute?: ReadonlyMap<string, readonly string[]>;
  mode?: SearchMode;
  textWeight?: number;
  semanticRatio?: number;
  sort?: ProductSort;
  minSimilarity?: number;
  minRelevance?: number;
  limit?: number;
}

const ABOUT = `
Examples:
  $ ${COMMAND} search "red dress" --max-price 50 --in-stock
  $ ${COMMAND} search --image photo.jpg --category shoes --category bags
  $ ${COMMAND} search "in blue" --image https://example.com/dress.jpg
  $ ${COMMAND} search bag --attribute color=red --attribute color=brown
  $ ${COMMAND} search --like sku-0105 --exclude red
  $ ${COMMAND} search --category shoes --sort price_asc`;

/** Adds `vitrine search`, which prints what is found. */
export function addSearchCommand(program: Command, run: Runner): void {
  const price = numberBetween(0, Number.POSITIVE_INFINITY);
  const command = program
    .command('search')
    .description('find products and print them as a table')
    .argument('[words...]', 'what to look for; without any and without an image, all products of the filter')
    .option('--image <url|file>', 'an image to look for, alone or together with words')
    .option('--like <id>', 'what looks like this product, alone or together with words')
    .option('--exclude <words>', 'steer away from this: red')
    .option('--category <category>', 'only this category; several: any of them', collect)
    .option('--min-price <price>', 'only from this price', price)
    .option('--max-price <price>', 'only up to this price', price)
    .option('--in-stock', 'only what can be bought now')
    .option('--attribute <name=value>', 'only with this attribute; several of one name: any of them', collectAttribute)
    .addOption(
      wordOption('--mode <mode>', 'what to compare (default: HYBRID with words, VECTOR without)', SEARCH_MODES),
    )
    .addOption(wordOption('--sort <order>', 'the order of the products that match (default: RELEVANCE)', PRODUCT_SORTS))
    .option('--text-weight <share>', 'share of the words when there is an image too', numberBetween(0, 1))
    .option('--semantic-ratio <share>', 'HYBRID: share of the vector list against the lexical one', numberBetween(0, 1))
    .option('--min-similarity <similarity>', 'drop what looks less alike', numberBetween(-1, 1))
    .option('--min-relevance <share>', 'drop what scores less than this share of the best', numberBetween(0, 1))
    .option('--limit <n>', 'how many products (default: 10)', wholeNumberBetween(1, 100));
  withConnection(withJson(command))
    .addHelpText('after', ABOUT)
    .action((words: string[], flags: SearchFlags) =>
      run(async () => {
        const config = readConfig();
        const args = await toArguments(words, flags, config.image.maxBytes);
        await using connection = await connect(config, flags);
        const found = await search(connection.client, args);
        if (flags.json) printJson(found);
        else print(formatFound(found, process.stdout));
        return 0;
      }),
    );
}

/** The arguments that the words and flags make. What was not said stays undefined, for the server to have its way. */
async function toArguments(words: readonly string[], flags: SearchFlags, maxBytes: number): Promise<SearchArguments> {
  const { image, like, exclude, mode, textWeight, semanticRatio, category, minPrice, maxPrice, inStock } = flags;
  const text = words.length > 0 ? words.join(' ') : undefined;
  const imageUrl = image === undefined ? undefined : await toImageUrl(image, maxBytes);
  const price = minPrice === undefined && maxPrice === undefined ? undefined : { min: minPrice, max: maxPrice };
  const attributes = flags.attribute && [...flags.attribute].map(([name, anyOf]) => ({ name, anyOf }));
  const query = { text, imageUrl, productId: like, exclude, textWeight, semanticRatio, mode };
  return {
    query: Object.values(query).some((value) => value !== undefined) ? query : undefined,
    filter: { categories: category, price, inStock, attributes },
    first: flags.limit,
    sort: flags.sort,
    minSimilarity: flags.minSimilarity,
    minRelevance: flags.minRelevance,
  };
}

/** A URL stays what it is; a file goes along whole, as a data: URL. */
export async function toImageUrl(image: string, maxBytes: number): Promise<string> {
  if (/^(https?|data):/i.test(image)) return image;
  if (!statSync(image, { throwIfNoEntry: false })?.isFile()) throw new StartupError(`There is no image ${image}.`);
  const bytes = await readOwnImage(image, { maxBytes });
  return `data:image/*;base64,${Buffer.from(bytes).toString('base64')}`;
}

const COLUMNS: readonly Column[] = [
  { title: '#', align: 'right' },
  { title: 'Score', align: 'right' },
  { title: 'Similarity', align: 'right' },
  { title: 'Price', align: 'right' },
  { title: 'Category', align: 'left' },
  { title: 'Name', align: 'left', shrinks: true },
  { title: 'Id', align: 'left' },
];

/** A table of what was found, as wide as the terminal allows, and below it how many match and the time. */
export function formatFound(
  { hits, matchCount, totalCount, timing }: Found,
  terminal: { isTTY?: boolean; columns?: number; hasColors?(): boolean },
): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const spent = `fetch ${ms(timing.fetch)}, embed ${ms(timing.embed)}, search ${ms(timing.search)}, total ${ms(timing.total)}`;
  const searched = `${hits.length} of ${formatCount(matchCount)} that match among ${formatCount(totalCount)} products`;
  if (hits.length === 0) return `Nothing found in ${formatCount(totalCount)} products (${spent})`;
  const rows = hits.map(({ score, similarity, product }, i) => [
    String(i + 1),
    score.toFixed(3),
    similarity === null ? '–' : similarity.toFixed(3),
    formatPrice(product.price, product.currency),
    product.category,
    product.inStock ? product.name : `${product.name} (sold out)`,
    product.id,
  ]);
  const colour = terminal.isTTY === true && terminal.hasColors?.() === true;
  const table = formatTable(COLUMNS, rows, { width: terminal.isTTY ? terminal.columns : undefined, colour });
  return `${table}\n\n${searched} (${spent})`;
}
