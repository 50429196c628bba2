import { z } from 'zod';
import { withoutNulls } from '../input.ts';
import { between, filterSchema } from '../search/search-request.ts';

const MAX_PREFIX_LENGTH = 100;

export const SUGGEST_DEFAULTS = { first: 8 } as const;

/** NFC, lower case, blanks collapsed; one at the end stays, for it says that the last word is complete. */
const normalise = (prefix: string) => prefix.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trimStart();

const tooLong = `must be at most ${MAX_PREFIX_LENGTH} characters long`;

/** The arguments of suggestions, their prefix normalised and their defaults in place; nulls are taken for nothing. */
export const suggestRequestSchema = z.preprocess(
  withoutNulls,
  z.object({
    // What is normalised is bounded before: see the text of a search.
    prefix: z
      .string()
      .max(4 * MAX_PREFIX_LENGTH, tooLong)
      .transform(normalise)
      .refine((prefix) => prefix.trimEnd().length <= MAX_PREFIX_LENGTH, tooLong),
    filter: filterSchema.default({}),
    first: between(1, 20).default(SUGGEST_DEFAULTS.first),
  }),
);

/** A prefix to complete, within a filter. */
export type SuggestRequest = z.output<typeof suggestRequestSchema>;
