import type { Attribute as AttributeShape, StoredProduct } from '../product.ts';
import { findProduct } from '../resolvers/product.ts';
import { builder } from './builder.ts';

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
    attributes: t.field({
      type: [Attribute],
      description: 'Its properties, in the order the shop sent them.',
      resolve: (product) => [...product.attributes],
    }),
    inStock: t.exposeBoolean('inStock', { description: 'Whether it can be bought now.' }),
    indexedAt: t.expose('indexedAt', { type: 'DateTime', description: 'When it was last indexed.' }),
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
