import { type Column, IMAGE_SEPARATOR } from './columns.ts';
import type { LineContent, RawProduct } from './types.ts';

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
  return withImages(
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
  const { additionalImages, additionalImageUrls, ...rest } = cells;
  return withImages(
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
    {
      ...rest,
      additionalImages: splitImages(additionalImages),
      additionalImageUrls: splitImages(additionalImageUrls),
    },
  );
}

function splitImages(cell: string | undefined): string[] | undefined {
  const images = cell?.split(IMAGE_SEPARATOR).map((image) => image.trim());
  return images?.filter((image) => image !== '');
}

/** What a line says of its images. */
interface ImageSource {
  image?: unknown;
  imageUrl?: unknown;
  additionalImages?: unknown;
  additionalImageUrls?: unknown;
}

/** `imageUrl` wins over `image`; a URL in `image` counts as one in `imageUrl`. So it is with the additional ones. */
function withImages(product: RawProduct, source: ImageSource): LineContent {
  const { image, imageUrl, additionalImages, additionalImageUrls } = source;
  const input = { ...product };
  const files: Omit<LineContent, 'input'> = {};
  if (isGiven(imageUrl)) input.imageUrl = imageUrl;
  else if (typeof image === 'string' && isFile(image)) files.image = image;
  else if (typeof image === 'string' && image !== '') input.imageUrl = image;

  const additional = isGiven(additionalImageUrls) ? additionalImageUrls : additionalImages;
  const isListed = additional === additionalImages && Array.isArray(additional);
  if (isListed && additional.every((one) => typeof one === 'string') && additional.some(isFile)) {
    files.additionalImages = additional;
  } else if (isGiven(additional)) input.additionalImageUrls = additional;
  return { input, ...files };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Whether an image is a file and no URL. */
export function isFile(image: string): boolean {
  return image !== '' && !/^https?:\/\//i.test(image);
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
