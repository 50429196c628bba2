import type { ProductPage } from '../adapters/vector-store/types.ts';
import type { Attribute as AttributeShape, StoredProduct } from '../product.ts';
import { findProduct, listProducts } from '../resolvers/product.ts';
import { builder } from './builder.ts';

/** How many products one `products` call may list. */
const MAX_LISTED = 500;

const Attribute = builder.objectRef<AttributeShape>('Attribute').implement({
  description: 'A named property of a product, such as color = red.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name, such as `color`.' }),
    value: t.exposeString('value', { description: 'The value, such as `red`.' }),
  }),
});

export const Product = builder.objectRef<StoredProduct>('Product').implement({
  description: 'A product of the catalogue.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id the shop gave it.' }),
    name: t.exposeString('name', { description: 'Its name, as customers read it.' }),
    description: t.exposeString('description', { description: 'A longer text; empty where there is none.' }),
    category: t.exposeString('category', { description: 'The one category it is in.' }),
    price: t.exposeFloat('price', { description: 'Its price, in `currency`.' }),
    currency: t.exposeString('currency', { description: 'ISO 4217 code of the currency, such as `EUR`.' }),
    imageUrl: t.expose('imageUrl', { type: 'URL', description: 'The image that was embedded.' }),
    additionalImageUrls: t.field({
      type: ['URL'],
      description: 'More images of it that were embedded; a search counts the one that is most like it.',
      resolve: (product) => [...product.additionalImageUrls],
    }),
    attributes: t.field({
      type: [Attribute],
      description: 'Its properties, in the order the shop sent them.',
      resolve: (product) => [...product.attributes],
    }),
    inStock: t.exposeBoolean('inStock', { description: 'Whether it can be bought now.' }),
    indexedAt: t.expose('indexedAt', { type: 'DateTime', description: 'When its images were last embedded.' }),
  }),
});

const ProductList = builder.objectRef<ProductPage>('ProductList').implement({
  description: 'A part of the whole catalogue.',
  fields: (t) => ({
    nodes: t.field({ type: [Product], description: 'The products.', resolve: ({ products }) => products }),
    endCursor: t.exposeString('next', {
      nullable: true,
      description: 'Pass it as `after` to go on; null when this was the last part.',
    }),
  }),
});

builder.queryField('product', (t) =>
  t.field({
    type: Product,
    nullable: true,
    description: 'The product of that id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'The id the shop gave it.' }) },
    extensions: { policy: { scope: 'search', budget: 'searches', cached: true } },
    resolve: findProduct,
  }),
);

const PAGE_SIZE_RULE = `must be between 1 and ${MAX_LISTED}`;

builder.queryField('products', (t) =>
  t.field({
    type: ProductList,
    description:
      'All products, to the last one, in an order that no write changes: for taking a catalogue out. Needs a key that may write.',
    args: {
      first: t.arg.int({
        defaultValue: 100,
        description: `How many products, 1 to ${MAX_LISTED}.`,
        validate: { min: [1, { message: PAGE_SIZE_RULE }], max: [MAX_LISTED, { message: PAGE_SIZE_RULE }] },
      }),
      after: t.arg.string({ description: 'The `endCursor` of the part before.' }),
    },
    // Searching shows some products to anybody; the whole catalogue is for those who keep it.
    extensions: { policy: { scope: 'write', budget: 'searches', cached: false } },
    resolve: listProducts,
  }),
);
