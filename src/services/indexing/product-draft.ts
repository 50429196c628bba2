import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badUserInput } from '../../errors.ts';
import type { ProductDraft } from '../../product.ts';
import { isWebUrl, toIssues, withoutNulls } from '../input.ts';

/** A product as it comes in, by the API or from a file: unchecked, null and absent both meaning "the default". */
export interface ProductInput {
  id: string;
  name: string;
  description?: string | null | undefined;
  category: string;
  price: number;
  currency?: string | null | undefined;
  imageUrl: string;
  additionalImageUrls?: readonly string[] | null | undefined;
  attributes?: readonly { name: string; value: string }[] | null | undefined;
  inStock?: boolean | null | undefined;
}

/** What is to change of a product, unchecked: null and absent both mean "as it is". A list replaces the one before. */
export type ProductPatch = { [Field in keyof Omit<ProductInput, 'id'>]?: ProductInput[Field] | null | undefined };

const text = (max: number) =>
  z
    .string('must be a text')
    .max(max, `must be at most ${max} characters long`)
    // Half a surrogate pair comes back from a store as something else.
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

const filledText = (max: number) => text(max).refine((value) => value.trim().length > 0, 'must not be empty');

const imageUrl = z
  .string('must be a text')
  .max(2048, 'must be at most 2048 characters long')
  .refine(isWebUrl, 'must be an absolute http(s) URL');

/** What may stand in each field of a product: the one place where its limits are. */
const fields = {
  name: filledText(300),
  description: text(10_000),
  category: filledText(100),
  price: z.number('must be a number').min(0, 'must not be negative'),
  currency: z.string('must be a text').regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'),
  imageUrl,
  attributes: z
    .array(z.object({ name: filledText(100), value: filledText(500) }))
    .max(50, 'must be at most 50 attributes'),
  inStock: z.boolean('must be true or false'),
};

const productIdSchema = filledText(128);

/**
 * The rules for a product that comes in. Parsing gives a complete draft, in which an image that is named twice counts
 * once: feeds list the first image among the additional ones.
 */
export const productInputSchema = z.preprocess(
  withoutNulls,
  z
    .object({
      id: productIdSchema,
      ...fields,
      additionalImageUrls: z.array(imageUrl, 'must be a list of URLs').max(10, 'must be at most 10 URLs').default([]),
      description: fields.description.default(''),
      currency: fields.currency.default('EUR'),
      attributes: fields.attributes.default([]),
      inStock: fields.inStock.default(true),
    })
    .transform(({ additionalImageUrls, ...product }) => ({
      ...product,
      additionalImageUrls: [...new Set(additionalImageUrls)].filter((url) => url !== product.imageUrl),
    })),
);

/** The rules for what changes of a product: the same for each field, and at least one of them. */
const productPatchSchema = z.preprocess(
  withoutNulls,
  z
    .object(fields)
    .partial()
    .refine((patch) => Object.keys(patch).length > 0, 'must change something'),
);

/** The rules for an update as a whole. */
export const productUpdateSchema = z.object({ id: productIdSchema, patch: productPatchSchema });

/** The draft that an input describes, defaults applied. Throws BAD_USER_INPUT with every problem at once. */
export function parseProductInput(input: ProductInput): ProductDraft {
  const parsed = productInputSchema.safeParse(input);
  if (!parsed.success) throw badUserInput(toIssues(parsed.error));
  return parsed.data;
}

/** A checked patch: what is absent stays. */
export type ProductChanges = z.output<typeof productPatchSchema>;

/** What changes of a product. Throws BAD_USER_INPUT with every problem at once. */
export function parseProductPatch(id: string, patch: ProductPatch): ProductChanges {
  const parsed = productUpdateSchema.safeParse({ id, patch });
  if (!parsed.success) throw badUserInput(toIssues(parsed.error));
  return parsed.data.patch;
}

/** The draft with the changes in it. */
export function applyChanges(draft: ProductDraft, changes: ProductChanges): ProductDraft {
  return {
    ...draft,
    name: changes.name ?? draft.name,
    description: changes.description ?? draft.description,
    category: changes.category ?? draft.category,
    price: changes.price ?? draft.price,
    currency: changes.currency ?? draft.currency,
    imageUrl: changes.imageUrl ?? draft.imageUrl,
    attributes: changes.attributes ?? draft.attributes,
    inStock: changes.inStock ?? draft.inStock,
  };
}

/**
 * SHA-256 (hex) of a draft, the same whatever the order of its attributes: equal hashes mean that indexing it again
 * would change nothing, as long as the image behind its URL is the same.
 */
export function hashDraft(draft: ProductDraft): string {
  const attributes = draft.attributes.map(({ name, value }) => [name, value]).sort();
  const { id, name, description, category, price, currency, imageUrl, additionalImageUrls, inStock } = draft;
  const facts: unknown[] = [id, name, description, category, price, currency, imageUrl, inStock, attributes];
  // Those of before there were any must not look changed.
  if (additionalImageUrls.length > 0) facts.push(additionalImageUrls);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
