import type { Column } from './columns.ts';
import type { RawProduct } from './types.ts';

/** What a line says, before its image is found and its product checked. */
export interface LineContent {
  input: RawProduct;
  image?: string | undefined;
}

const PLAIN_NUMBER = /^\d+(\.\d+)?$/;
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

/** The product of a JSON object; keys that no product has are ignored. What is wrong with its values is not judged. */
export function fromJsonObject(object: Readonly<Record<string, unknown>>): LineContent {
  const { id, name, description, category, price, currency, inStock } = object;
  return withImage(
    {
      id: typeof id === 'number' ? String(id) : id,
      name,
      description,
      category,
      price,
      currency,
      inStock,
      attributes: toAttributes(object.attributes),
    },
    object,
  );
}

/**
 * The product of a CSV record. `cells`: by column, without the empty ones; `attributes`: in the order of the columns.
 * A price or an inStock that cannot be read stays a text, for the check of the product to refuse.
 */
export function fromCells(
  cells: Partial<Record<Column, string>>,
  attributes: readonly { name: string; value: string }[],
): LineContent {
  const { id, name, description, category, price, currency, inStock } = cells;
  return withImage(
    {
      id,
      name,
      description,
      category,
      price: price !== undefined && PLAIN_NUMBER.test(price.trim()) ? Number(price) : price,
      currency,
      inStock: inStock === undefined ? undefined : (SWITCHES.get(inStock.trim().toLowerCase()) ?? inStock),
      attributes,
    },
    cells,
  );
}

/** `imageUrl` wins over `image`; a URL in `image` counts as one in `imageUrl`. */
function withImage(input: RawProduct, source: { image?: unknown; imageUrl?: unknown }): LineContent {
  const { image, imageUrl } = source;
  if (imageUrl !== undefined && imageUrl !== null && imageUrl !== '') return { input: { ...input, imageUrl } };
  if (typeof image !== 'string' || image === '') return { input };
  return /^https?:\/\//i.test(image) ? { input: { ...input, imageUrl: image } } : { input, image };
}

/** `{ color: "red" }` or `[{ name: "color", value: "red" }]`; a value of null is an absent attribute. */
function toAttributes(attributes: unknown): unknown {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return attributes;
  return Object.entries(attributes).flatMap(([name, value]) =>
    value === null
      ? []
      : [{ name, value: typeof value === 'number' || typeof value === 'boolean' ? `${value}` : value }],
  );
}
