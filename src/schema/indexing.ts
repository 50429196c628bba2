import { z } from 'zod';
import { deleteProduct, deleteProducts, indexProduct, indexProducts, updateProduct } from '../resolvers/indexing.ts';
import { productInputSchema, productUpdateSchema } from '../services/indexing/product-draft.ts';
import type { IndexOutcome } from '../services/indexing/types.ts';
import { builder } from './builder.ts';
import { ErrorCode } from './errors.ts';
import { Product } from './product.ts';

/** How many products one `indexProducts` call may bring. */
const MAX_PRODUCTS_PER_CALL = 500;

const AttributeInput = builder.inputType('AttributeInput', {
  description: 'A named property of a product, such as color = red.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name, 1 to 100 characters.' }),
    value: t.string({
      required: true,
      description: 'The value, 1 to 500 characters; a filter takes those of up to 200.',
    }),
  }),
});

const ProductInput = builder.inputType('ProductInput', {
  description: 'A product to index.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The shop's own id, 1 to 128 characters." }),
    name: t.string({ required: true, description: 'Its name, 1 to 300 characters.' }),
    description: t.string({ defaultValue: '', description: 'A longer text, up to 10000 characters.' }),
    category: t.string({ required: true, description: 'The one category it is in, 1 to 100 characters.' }),
    price: t.float({ required: true, description: 'Its price; not negative.' }),
    currency: t.string({ defaultValue: 'EUR', description: 'ISO 4217 code of the currency.' }),
    imageUrl: t.field({
      type: 'URL',
      required: true,
      description: 'An http(s) URL of its image: JPEG, PNG, WebP, GIF, AVIF or TIFF.',
    }),
    additionalImageUrls: t.field({
      type: ['URL'],
      description:
        'More images of it, at most 10: each is embedded, and the one that is most like a search counts. One that is named twice counts once; one that cannot be had fails the product.',
    }),
    attributes: t.field({ type: [AttributeInput], description: 'Its properties, at most 50.' }),
    inStock: t.boolean({ defaultValue: true, description: 'Whether it can be bought now.' }),
  }),
});

const ProductPatch = builder.inputType('ProductPatch', {
  description:
    'What changes of a product: at least one field, under the rules of `ProductInput`. What is absent or null stays as it is.',
  fields: (t) => ({
    name: t.string({ description: 'Its new name.' }),
    description: t.string({ description: 'Its new longer text; an empty one takes it away.' }),
    category: t.string({ description: 'The category it is in now.' }),
    price: t.float({ description: 'Its new price.' }),
    currency: t.string({ description: 'ISO 4217 code of the currency.' }),
    imageUrl: t.field({
      type: 'URL',
      description: 'Its new first image, which is fetched and embedded unless the URL is the one it has.',
    }),
    attributes: t.field({ type: [AttributeInput], description: 'All its properties from now on, at most 50.' }),
    inStock: t.boolean({ description: 'Whether it can be bought now.' }),
  }),
});

type Failure = Extract<IndexOutcome, { status: 'failed' }>['error'];

const IndexError = builder.objectRef<Failure>('IndexError').implement({
  description: 'Why one product of a batch was not indexed.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCode, description: 'What kind of failure.' }),
    message: t.exposeString('message', { description: 'What to do about it, in words.' }),
  }),
});

const IndexResult = builder.objectRef<IndexOutcome>('IndexResult').implement({
  description: 'What became of one product of a batch: it has a product or an error.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that was sent.' }),
    product: t.field({
      type: Product,
      nullable: true,
      description: 'The product as it is stored; null when it failed.',
      resolve: (outcome) => (outcome.status === 'failed' ? null : outcome.product),
    }),
    error: t.field({
      type: IndexError,
      nullable: true,
      description: 'Why it failed; null when it did not.',
      resolve: (outcome) => (outcome.status === 'failed' ? outcome.error : null),
    }),
    unchanged: t.boolean({
      description: 'Whether it was left alone, since nothing about it had changed.',
      resolve: ({ status }) => status === 'unchanged',
    }),
  }),
});

const countOf = (status: IndexOutcome['status']) => (outcomes: IndexOutcome[]) =>
  outcomes.filter((outcome) => outcome.status === status).length;

const IndexProductsPayload = builder.objectRef<IndexOutcome[]>('IndexProductsPayload').implement({
  description: 'What became of a batch.',
  fields: (t) => ({
    indexed: t.int({ description: 'How many were indexed.', resolve: countOf('indexed') }),
    failed: t.int({ description: 'How many failed.', resolve: countOf('failed') }),
    unchanged: t.int({ description: 'How many were left alone by `skipUnchanged`.', resolve: countOf('unchanged') }),
    results: t.field({
      type: [IndexResult],
      description: 'One for each product sent, in the same order.',
      resolve: (outcomes) => outcomes,
    }),
  }),
});

builder.mutationFields((t) => ({
  indexProduct: t.field({
    type: Product,
    description: 'Adds or replaces one product; its image is fetched and embedded before this returns.',
    args: { input: t.arg({ type: ProductInput, required: true, description: 'The product.' }) },
    validate: { schema: z.object({ input: productInputSchema }) },
    extensions: { policy: { scope: 'write', budget: 'writes', cached: false } },
    resolve: indexProduct,
  }),
  indexProducts: t.field({
    type: IndexProductsPayload,
    description: 'Adds or replaces up to 500 products; one bad product never fails the others.',
    args: {
      // The products are checked one by one by the indexing service, so that a bad one is reported in its own result.
      inputs: t.arg({
        type: [ProductInput],
        required: true,
        description: 'The products. Of equal ids the later wins, and both are reported.',
        validate: {
          minLength: [1, { message: 'must hold at least one product' }],
          maxLength: [MAX_PRODUCTS_PER_CALL, { message: `must be at most ${MAX_PRODUCTS_PER_CALL} products` }],
        },
      }),
      skipUnchanged: t.arg.boolean({
        defaultValue: false,
        description: 'Leave products alone that are stored just as they are sent; their images are not fetched.',
      }),
    },
    extensions: { policy: { scope: 'write', budget: 'writes', cached: false } },
    resolve: indexProducts,
  }),
  updateProduct: t.field({
    type: Product,
    description:
      'Changes some fields of a product without embedding anything, unless its image changes; NOT_FOUND where there is ' +
      'none of this id. Two updates at one time are both carried out. A product with a new image is indexed anew, so ' +
      'that its `indexedAt` changes; otherwise that stays, and a product that got cheaper does not become the newest.',
    args: {
      id: t.arg.id({ required: true, description: 'The id the shop gave it.' }),
      patch: t.arg({ type: ProductPatch, required: true, description: 'What changes.' }),
    },
    validate: { schema: productUpdateSchema },
    extensions: { policy: { scope: 'write', budget: 'writes', cached: false } },
    resolve: updateProduct,
  }),
  deleteProduct: t.field({
    type: 'Boolean',
    description: 'Takes a product out. True if it was there.',
    args: { id: t.arg.id({ required: true, description: 'The id the shop gave it.' }) },
    extensions: { policy: { scope: 'write', budget: 'writes', cached: false } },
    resolve: deleteProduct,
  }),
  deleteProducts: t.field({
    type: ['ID'],
    description: 'Takes out up to 500 products. The ids of those that were there.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: 'The ids the shop gave them.',
        validate: {
          maxLength: [MAX_PRODUCTS_PER_CALL, { message: `must be at most ${MAX_PRODUCTS_PER_CALL} ids` }],
        },
      }),
    },
    extensions: { policy: { scope: 'write', budget: 'writes', cached: false } },
    resolve: deleteProducts,
  }),
}));
