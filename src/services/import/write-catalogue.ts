import { AppError } from '../../errors.ts';
import type { Attribute, ProductDraft } from '../../product.ts';
import { ATTRIBUTE_PREFIX, IMAGE_SEPARATOR } from './columns.ts';

/** Columns that every product has, in this order. */
const FIXED = [
  'id',
  'name',
  'description',
  'category',
  'price',
  'currency',
  'inStock',
  'imageUrl',
  'additionalImageUrls',
] as const;

/** A line of JSON Lines, without its end, that `readCatalogue` reads back as the very same product. */
export function toJsonLine(product: ProductDraft): string {
  const { id, name, description, category, price, currency, inStock, imageUrl } = product;
  const attributes = toObject(product.attributes);
  const additionalImageUrls = product.additionalImageUrls.length > 0 ? product.additionalImageUrls : undefined;
  return JSON.stringify({
    id,
    name,
    description,
    category,
    price,
    currency,
    attributes,
    inStock,
    imageUrl,
    additionalImageUrls,
  });
}

/** `{ color: "red" }`, as people write it, unless a name stands twice or an object would change the order. */
function toObject(attributes: readonly Attribute[]): unknown {
  const object = Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
  const names = Object.keys(object);
  const isSame = names.length === attributes.length && attributes.every(({ name }, place) => name === names[place]);
  return isSame ? object : attributes.map(({ name, value }) => ({ name, value }));
}

/**
 * The columns for the attributes of all products, by name: one that a product has several times has several columns.
 */
export async function attributeColumns(products: AsyncIterable<ProductDraft>): Promise<string[]> {
  const columns = new Map<string, number>();
  for await (const { attributes } of products) {
    for (const [name, group] of Map.groupBy(attributes, (attribute) => attribute.name)) {
      columns.set(name, Math.max(columns.get(name) ?? 0, group.length));
    }
  }
  return [...columns].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, count]) => Array(count).fill(name));
}

/** The first line of a CSV file (RFC 4180) with these columns for attributes. */
export function csvHeader(attributes: readonly string[]): string {
  return toCsv([...FIXED, ...attributes.map((name) => ATTRIBUTE_PREFIX + name)]);
}

/**
 * A record of such a file, without its end. Throws OVERLOADED for a product with an attribute that has no column: it came
 * after the columns were looked for.
 */
export function toCsvRecord(product: ProductDraft, columns: readonly string[]): string {
  const left = Map.groupBy(product.attributes, ({ name }) => name);
  const cells = columns.map((name) => left.get(name)?.shift()?.value ?? '');
  if ([...left.values()].some((rest) => rest.length > 0)) {
    throw new AppError(
      'OVERLOADED',
      'Products were written during the export, with attributes of a new name. Try again.',
    );
  }
  const written: Partial<Record<string, string>> = {
    price: product.price.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }),
    additionalImageUrls: product.additionalImageUrls.map(withoutSeparator).join(IMAGE_SEPARATOR),
  };
  const fixed = FIXED.map((name) => written[name] ?? String(product[name]));
  return toCsv([...fixed, ...cells]);
}

/** The same URL, written as the standard has it (RFC 3986). */
function withoutSeparator(url: string): string {
  return url.replaceAll(IMAGE_SEPARATOR, '%7C');
}

function toCsv(cells: readonly string[]): string {
  return cells.map((cell) => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}
