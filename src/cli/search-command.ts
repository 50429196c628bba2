import { statSync } from 'node:fs';
import { readOwnImage } from '../adapters/image-source/own-file.ts';
import type { ProductFilter } from '../adapters/vector-store/types.ts';
import { type Config, loadConfig } from '../config.ts';
import { badUserInput, StartupError } from '../errors.ts';
import { toIssues } from '../services/input.ts';
import { type SearchMode, type SearchRequest, searchRequestSchema } from '../services/search/search-request.ts';
import { formatCount, formatPrice } from '../terminal/format.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import { connect } from './connect.ts';
import type { Found } from './connection.ts';
import type { ConnectionFlags } from './options.ts';

export interface SearchFlags extends ConnectionFlags {
  image?: string;
  category?: string[];
  minPrice?: number;
  maxPrice?: number;
  inStock?: boolean;
  attribute?: ReadonlyMap<string, readonly string[]>;
  mode?: SearchMode;
  textWeight: number;
  semanticRatio: number;
  minSimilarity?: number;
  limit: number;
  json?: boolean;
}

/** `vitrine search`: prints what is found. */
export async function runSearch(words: readonly string[], flags: SearchFlags): Promise<void> {
  const config = loadConfig(process.env);
  const request = await toRequest(words, flags, config);
  const connection = await connect(config, { ...flags, say: (line) => process.stderr.write(`${line}\n`) });
  try {
    const found = await connection.search(request);
    const text = flags.json ? JSON.stringify(found, null, 2) : formatFound(found, process.stdout);
    process.stdout.write(`${text}\n`);
  } finally {
    await connection.close();
  }
}

/** The request that the words and flags make. Throws BAD_USER_INPUT with every problem at once. */
async function toRequest(words: readonly string[], flags: SearchFlags, config: Config): Promise<SearchRequest> {
  const { image, mode, textWeight, semanticRatio, minSimilarity } = flags;
  const text = words.join(' ');
  const query = {
    ...(text !== '' && { text }),
    ...(image !== undefined && { imageUrl: await toImageUrl(image, config.image.maxBytes) }),
    ...(mode && { mode }),
    textWeight,
    semanticRatio,
  };
  const filter = toFilter(flags);
  const first = flags.limit;
  const checked = searchRequestSchema.safeParse({ query, filter, first, minSimilarity });
  if (!checked.success) throw badUserInput(toIssues(checked.error));
  return checked.data;
}

function toFilter({ category, minPrice, maxPrice, inStock, attribute }: SearchFlags): ProductFilter {
  const price = { ...(minPrice !== undefined && { min: minPrice }), ...(maxPrice !== undefined && { max: maxPrice }) };
  return {
    ...(category && { categories: category }),
    ...(Object.keys(price).length > 0 && { price }),
    ...(inStock !== undefined && { inStock }),
    ...(attribute && { attributes: [...attribute].map(([name, anyOf]) => ({ name, anyOf })) }),
  };
}

/** A URL stays what it is; a file goes along whole, as a data: URL. */
async function toImageUrl(image: string, maxBytes: number): Promise<string> {
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

/** A table of what was found, as wide as the terminal allows, and below it how many products there were and the time. */
export function formatFound(
  { hits, totalCount, timing }: Found,
  terminal: { isTTY?: boolean; columns?: number; hasColors?(): boolean },
): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const spent = `fetch ${ms(timing.fetch)}, embed ${ms(timing.embed)}, search ${ms(timing.search)}, total ${ms(timing.total)}`;
  const searched = `${hits.length} of ${formatCount(totalCount)} products`;
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
