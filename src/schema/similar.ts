import { DEFAULT_SIMILAR, similar } from '../resolvers/similar.ts';
import { builder } from './builder.ts';
import { Product } from './product.ts';
import { ProductEdge } from './search.ts';

/** More than a page of a product shows. */
const MAX_SIMILAR = 24;
const RULE = `must be between 1 and ${MAX_SIMILAR}`;

builder.objectField(Product, 'similar', (t) =>
  t.field({
    type: [ProductEdge],
    description:
      'Products that look like it, the most similar first, without itself: what `searchProducts(query: { productId })` lists, which goes on behind a `cursor` of these. Nothing is embedded anew. Each such list counts as a search of the caller, and one request may ask for 20 of them.',
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_SIMILAR,
        description: `How many products, 1 to ${MAX_SIMILAR}.`,
        validate: { min: [1, { message: RULE }], max: [MAX_SIMILAR, { message: RULE }] },
      }),
    },
    resolve: similar,
  }),
);
