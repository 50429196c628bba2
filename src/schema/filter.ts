import { builder } from './builder.ts';

const PriceRange = builder.inputType('PriceRange', {
  description: 'A range of prices, both ends included.',
  fields: (t) => ({
    min: t.float({ description: 'The lowest price; none when left out.' }),
    max: t.float({ description: 'The highest price; none when left out.' }),
  }),
});

const AttributeFilter = builder.inputType('AttributeFilter', {
  description: 'A condition on one attribute.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The attribute, such as `color`.' }),
    anyOf: t.stringList({
      required: true,
      description: 'The values that will do, exactly as indexed: at most 100, of up to 200 characters.',
    }),
  }),
});

export const ProductFilter = builder.inputType('ProductFilter', {
  description: 'Which products to consider. All conditions must hold.',
  fields: (t) => ({
    categories: t.stringList({ description: 'In any of these categories, at most 100.' }),
    price: t.field({ type: PriceRange, description: 'At a price within this range.' }),
    inStock: t.boolean({ description: 'Only products that can (true) or cannot (false) be bought now.' }),
    attributes: t.field({
      type: [AttributeFilter],
      description: 'With these attributes: at most 50, and 500 values in all.',
    }),
  }),
});
