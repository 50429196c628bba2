import { z } from 'zod';
import { isWebUrl, withoutNulls } from '../input.ts';

export const SEARCH_MODES = ['VECTOR', 'LEXICAL', 'HYBRID'] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

const MAX_TEXT_LENGTH = 1000;
const MAX_FILTER_VALUES = 1000;

/** The defaults of what a caller leaves out; the API shows them in its schema. */
export const SEARCH_DEFAULTS = { first: 10, textWeight: 0.5, semanticRatio: 0.4 } as const;

/** NFC, blanks collapsed, none at the ends: as a text is embedded, matched and cached. */
const normalise = (text: string) => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

const between = (min: number, max: number) => {
  const message = `must be between ${min} and ${max}`;
  return z.number().min(min, message).max(max, message);
};

const text = z
  .string()
  .transform(normalise)
  .pipe(
    z.string().min(1, 'must not be empty').max(MAX_TEXT_LENGTH, `must be at most ${MAX_TEXT_LENGTH} characters long`),
  );

const imageUrl = z
  .string()
  .refine((value) => /^data:/i.test(value) || isWebUrl(value), 'must be an absolute http(s) URL or a data: URL');

const query = z
  .object({
    text: text.exactOptional(),
    imageUrl: imageUrl.exactOptional(),
    /** Share of the text when both are given. */
    textWeight: between(0, 1).default(SEARCH_DEFAULTS.textWeight),
    /** HYBRID: share of the vector list against the lexical one. */
    semanticRatio: between(0, 1).default(SEARCH_DEFAULTS.semanticRatio),
    mode: z.enum(SEARCH_MODES).exactOptional(),
  })
  .superRefine(({ text, imageUrl, mode }, context) => {
    if (text === undefined && imageUrl === undefined) context.addIssue('needs a text, an imageUrl, or both');
    if (text === undefined && imageUrl !== undefined && (mode === 'LEXICAL' || mode === 'HYBRID')) {
      context.addIssue({ code: 'custom', path: ['mode'], message: `${mode} compares words and needs a text` });
    }
    if (text !== undefined && imageUrl !== undefined && mode === 'LEXICAL') {
      context.addIssue({ code: 'custom', path: ['mode'], message: 'LEXICAL compares words only; leave out imageUrl' });
    }
  })
  .transform(({ mode, ...rest }) => {
    const usual: SearchMode = rest.text === undefined ? 'VECTOR' : 'HYBRID';
    return { ...rest, mode: mode ?? usual };
  });

const values = z.array(z.string()).max(MAX_FILTER_VALUES, `must be at most ${MAX_FILTER_VALUES} values`);

const filter = z.object({
  categories: values.exactOptional(),
  price: z
    .object({ min: z.number().exactOptional(), max: z.number().exactOptional() })
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'min must not be greater than max')
    .exactOptional(),
  inStock: z.boolean().exactOptional(),
  attributes: z
    .array(z.object({ name: z.string(), anyOf: values }))
    .max(50, 'must be at most 50 attributes')
    .exactOptional(),
});

/**
 * The arguments of a search: the one place where their rules and defaults stand. Takes them as the API does, with nulls
 * where nothing was given; parsing tells every problem at once, or gives a SearchRequest.
 */
export const searchRequestSchema = z.preprocess(
  withoutNulls,
  z
    .object({
      query,
      filter: filter.default({}),
      first: between(1, 100).default(SEARCH_DEFAULTS.first),
      after: z.string().exactOptional(),
      minSimilarity: between(-1, 1).exactOptional(),
    })
    .superRefine(({ query: { mode }, minSimilarity }, context) => {
      if (mode === 'LEXICAL' && minSimilarity !== undefined) {
        const message = 'LEXICAL compares words only and knows no similarity';
        context.addIssue({ code: 'custom', path: ['minSimilarity'], message });
      }
    }),
);

/** A search that makes sense, its text normalised and its defaults in place. At least one of text and imageUrl. */
export type SearchRequest = z.output<typeof searchRequestSchema>;
