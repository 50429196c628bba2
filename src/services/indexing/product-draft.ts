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
  attributes?: readonly { name: string; value: string }[] | null | undefined;
  inStock?: boolean | null | undefined;
}

const text = (max: number) =>
  z
    .string('must be a text')
    .max(max, `must be at most ${max} characters long`)
    // Half a surrogate pair comes back from a store as something else.
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

const filledText = (max: number) => text(max).refine((value) => value.trim().length > 0, 'must not be empty');

const attributesSchema = z
  .array(z.object({ name: filledText(100), value: filledText(500) }))
  .max(50, 'must be at most 50 attributes');

/**
 * The rules for a product that comes in: the one place where its limits stand. Parsing gives a complete draft.
 */
export const productInputSchema = z.preprocess(
  withoutNulls,
  z.object({
    id: filledText(128),
    name: filledText(300),
    description: text(10_000).default(''),
    category: filledText(100),
    price: z.number('must be a number').min(0, 'must not be negative'),
    currency: z
      .string('must be a text')
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
      .default('EUR'),
    imageUrl: z
      .string('must be a text')
      .max(2048, 'must be at most 2048 characters long')
      .refine(isWebUrl, 'must be an absolute http(s) URL'),
    attributes: attributesSchema.default([]),
    inStock: z.boolean('must be true or false').default(true),
  }),
);

/** The draft that an input describes, defaults applied. Throws BAD_USER_INPUT with every problem at once. */
export function parseProductInput(input: ProductInput): ProductDraft {
  const parsed = productInputSchema.safeParse(input);
  if (!parsed.success) throw badUserInput(toIssues(parsed.error));
  return parsed.data;
}

/**
 * SHA-256 (hex) of a draft, the same whatever the order of its attributes: equal hashes mean that indexing it again
 * would change nothing, as long as the image behind its URL is the same.
 */
export function hashDraft(draft: ProductDraft): string {
  const attributes = draft.attributes.map(({ name, value }) => [name, value]).sort();
  const { id, name, description, category, price, currency, imageUrl, inStock } = draft;
  const canonical = JSON.stringify([id, name, description, category, price, currency, imageUrl, inStock, attributes]);
  return createHash('sha256').update(canonical).digest('hex');
}
