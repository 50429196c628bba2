import { z } from 'zod';
import { normaliseText } from '../services/search/text.ts';
import { SEARCH_MODES } from '../services/search/types.ts';

const MAX_TEXT_LENGTH = 1000;
const MAX_FILTER_VALUES = 1000;

const share = z.number().min(0, 'must be between 0 and 1').max(1, 'must be between 0 and 1').nullish();

const text = z
  .string()
  .refine((value) => normaliseText(value).length > 0, 'must not be empty')
  .refine(
    (value) => normaliseText(value).length <= MAX_TEXT_LENGTH,
    `must be at most ${MAX_TEXT_LENGTH} characters long`,
  )
  .nullish();

const imageUrl = z
  .string()
  .refine(
    (value) => /^data:/i.test(value) || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
    'must be an absolute http(s) URL or a data: URL',
  )
  .nullish();

const querySchema = z
  .object({
    text,
    imageUrl,
    textWeight: share,
    semanticRatio: share,
    mode: z.enum(SEARCH_MODES).nullish(),
  })
  .superRefine((query, context) => {
    const hasText = typeof query.text === 'string';
    const hasImage = typeof query.imageUrl === 'string';
    if (!hasText && !hasImage) context.addIssue('needs a text, an imageUrl, or both');
    if (!hasText && hasImage && (query.mode === 'LEXICAL' || query.mode === 'HYBRID')) {
      context.addIssue({ code: 'custom', path: ['mode'], message: `${query.mode} compares words and needs a text` });
    }
    if (hasText && hasImage && query.mode === 'LEXICAL') {
      context.addIssue({ code: 'custom', path: ['mode'], message: 'LEXICAL compares words only; leave out imageUrl' });
    }
  });

const price = z.number().nullish();
const values = z.array(z.string()).max(MAX_FILTER_VALUES, `must be at most ${MAX_FILTER_VALUES} values`);

const filterSchema = z.object({
  categories: values.nullish(),
  price: z
    .object({ min: price, max: price })
    .refine(({ min, max }) => min == null || max == null || min <= max, 'min must not be greater than max')
    .nullish(),
  inStock: z.boolean().nullish(),
  attributes: z
    .array(z.object({ name: z.string(), anyOf: values }))
    .max(50, 'must be at most 50 attributes')
    .nullish(),
});

/** The rules for the arguments of `searchProducts`; every problem is reported at once. */
export const searchArgsSchema = z
  .object({
    query: querySchema,
    filter: filterSchema.nullish(),
    first: z.number().min(1, 'must be between 1 and 100').max(100, 'must be between 1 and 100').nullish(),
    after: z.string().nullish(),
    minSimilarity: z.number().min(-1, 'must be between -1 and 1').max(1, 'must be between -1 and 1').nullish(),
  })
  .superRefine(({ query, minSimilarity }, context) => {
    if (query.mode === 'LEXICAL' && minSimilarity != null) {
      const message = 'LEXICAL compares words only and knows no similarity';
      context.addIssue({ code: 'custom', path: ['minSimilarity'], message });
    }
  });
