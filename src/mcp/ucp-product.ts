import { imageUrlsOf, type StoredProduct } from '../product.ts';
import type { SearchHit } from '../services/search/types.ts';
import { toMinorUnits } from './money.ts';
import type { UcpProduct } from './shapes.ts';

/** A product in UCP's shape. `foundBy`: the id that it was looked up by. */
export function toUcpProduct(stored: StoredProduct, foundBy?: string): UcpProduct {
  const { id, name, description, category, currency, inStock, attributes } = stored;
  const price = { amount: toMinorUnits(stored.price, currency), currency };
  return {
    id,
    title: name,
    description: { plain: description },
    categories: [{ value: category, taxonomy: 'merchant' }],
    price_range: { min: price, max: price },
    media: imageUrlsOf(stored).map((url) => ({ type: 'image', url, alt_text: name })),
    variants: [
      {
        id,
        title: name,
        // The product's own stands above; to send it twice would only cost whoever reads it.
        description: { plain: name },
        price,
        availability: { available: inStock, status: inStock ? 'in_stock' : 'out_of_stock' },
        ...(foundBy !== undefined && { inputs: [{ id: foundBy, match: 'exact' }] }),
      },
    ],
    metadata: { attributes: attributes.map(({ name, value }) => ({ name, value })) },
  };
}

/** A product that a search found, and how well it matches. */
export function toFoundProduct({ product, score, similarity, matchedImageUrl }: SearchHit): UcpProduct {
  const found = toUcpProduct(product);
  return { ...found, metadata: { ...found.metadata, score, similarity, matched_image_url: matchedImageUrl } };
}
