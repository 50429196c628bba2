import { z } from 'zod';
import { DEFAULT_SIMILAR, similar } from '../resolvers/similar.ts';
import { between } from '../services/search/search-request.ts';
import { builder, checked } from './builder.ts';
import { Product } from './product.ts';
import { ProductEdge } from './search.ts';

/** More than a page of a product shows. */
const MAX_SIMILAR = 24;
const similarArguments = z.object({ first: between(1, MAX_SIMILAR).nullish() });

builder.objectField(Product, 'similar', (t) =>
  t.field({
    type: [ProductEdge],
    description:
      'Products that look like it, the most similar first, without itself: what `searchProducts(query: { productId })` lists, which goes on behind a `cursor` of these. Nothing is embedded anew. Each such list counts as a search of the caller, and one request may ask for 20 of them.',
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_SIMILAR,
        description: `How many products, 1 to ${MAX_SIMILAR}.`,
      }),
    },
    ...checked(similarArguments, similar),
  }),
);
