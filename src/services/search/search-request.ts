import { z } from 'zod';
import { ReceivedFile } from '../../adapters/image-source/received-images.ts';
import { PRODUCT_SORTS } from '../../adapters/vector-store/types.ts';
import { isWebUrl, withoutNulls } from '../input.ts';

export const SEARCH_MODES = ['VECTOR', 'LEXICAL', 'HYBRID'] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

const MAX_TEXT_LENGTH = 1000;
/** Longer than any product's, and than a data: URL's beginning tells; that has the body's limit. */
const MAX_URL_LENGTH = 2048;
/** As long as those of products. */
const MAX_ID_LENGTH = 128;
/** Of a list. */
const MAX_FILTER_VALUES = 100;
/** Longer than any category and any attribute value that a shopper picks from a list. */
const MAX_VALUE_LENGTH = 200;
const MAX_NAME_LENGTH = 100;
const MAX_ATTRIBUTES = 50;
/** Of all attributes together: every one of them is looked up. */
const MAX_ATTRIBUTE_VALUES = 500;
/** More than are read from one text. */
const MAX_LEFT_ALONE = 20;
const MAX_FACETS = 50;
const MAX_BUCKETS = 100;
/** Products of one value of an attribute, where variants collapse. */
const MAX_DISTINCT = 10;
/** Lists of facets of one search: each beyond the first costs another search. */
const MAX_FACET_LISTS = 5;
/** Those that this API gives out have less than 40. */
const MAX_CURSOR_LENGTH = 100;

/** The defaults of what a caller leaves out; the API shows them in its schema. */
export const SEARCH_DEFAULTS = {
  first: 10,
  mend: true,
  textWeight: 0.5,
  semanticRatio: 0.4,
  sort: 'RELEVANCE',
  maxBuckets: 20,
  distinctMax: 1,
  understand: false,
} as const;

/**
 * Where words are in play, what scores less than half of the best only shares a word with what was meant. Cosines lie too
 * close together for a cut: in VECTOR everything matches, the most similar first.
 */
const MIN_RELEVANCE: Record<SearchMode, number> = { VECTOR: 0, LEXICAL: 0.5, HYBRID: 0.5 };

/** What a search of this mode takes that says nothing else. */
export const defaultMinRelevance = (mode: SearchMode): number => MIN_RELEVANCE[mode];

/** NFC, blanks collapsed, none at the ends: as a text is embedded, matched and cached. */
const normalise = (text: string) => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

/** A number from `min` to `max`. */
export const between = (min: number, max: number) => {
  const message = `must be between ${min} and ${max}`;
  return z.number().min(min, message).max(max, message);
};

/** A whole number from `min` to `max`. */
const wholeBetween = (min: number, max: number) => between(min, max).int('must be a whole number');

const upTo = (length: number) => z.string().max(length, `must be at most ${length} characters long`);

// Normalising takes time with the square of the length: 17 s for 240 KB of combining marks. Four times what may be left
// is room for blanks and for letters in parts.
const text = z
  .string()
  .max(4 * MAX_TEXT_LENGTH, `must be at most ${MAX_TEXT_LENGTH} characters long`)
  .transform(normalise)
  .pipe(upTo(MAX_TEXT_LENGTH).min(1, 'must not be empty'));

const isDataUrl = (value: string) => /^data:/i.test(value);
const imageUrl = z
  .string()
  .refine((value) => isDataUrl(value) || value.length <= MAX_URL_LENGTH, {
    error: `must be at most ${MAX_URL_LENGTH} characters long`,
    abort: true,
  })
  .refine((value) => isDataUrl(value) || isWebUrl(value), 'must be an absolute http(s) URL or a data: URL');

/** What adding two fractions may stray. */
const ROUNDING = 1e-6;
const share = between(0, 1).refine((value) => value > 0, 'must be greater than 0');
const region = z
  .object({ x: between(0, 1), y: between(0, 1), width: share, height: share })
  .superRefine(({ x, y, width, height }, context) => {
    const beyond = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (x + width > 1 + ROUNDING) beyond('width', 'x + width must not be greater than 1');
    if (y + height > 1 + ROUNDING) beyond('height', 'y + height must not be greater than 1');
  });
/** A list that is counted before anything in it is looked at. */
const listOf = <Item extends z.ZodType>(item: Item, max: number, what: string) =>
  z.array(z.unknown()).max(max, `must be at most ${max} ${what}`).pipe(z.array(item)).meta({ maxItems: max });

const productId = upTo(MAX_ID_LENGTH).min(1, 'must not be empty');
const first = wholeBetween(1, 100);
const after = upTo(MAX_CURSOR_LENGTH);
const sort = z.enum(PRODUCT_SORTS);

const query = z
  .object({
    text: text.exactOptional(),
    imageUrl: imageUrl.exactOptional(),
    image: z.instanceof(ReceivedFile, { error: 'must be a file' }).exactOptional(),
    /** More like this product, by its first image as it is stored; it is no part of what is found. */
    productId: productId.exactOptional(),
    /** To steer away from: its direction is taken off the query's vector, products with its words score none by words. */
    exclude: text.exactOptional(),
    region: region.exactOptional(),
    /** Whether misspelled words of the text are mended before words are compared. */
    mend: z.boolean().default(SEARCH_DEFAULTS.mend),
    /** Whether to read conditions from the text. */
    understand: z.boolean().default(SEARCH_DEFAULTS.understand),
    /** Words to read nothing from. */
    leaveAlone: listOf(upTo(MAX_TEXT_LENGTH), MAX_LEFT_ALONE, 'texts').exactOptional(),
    /** Share of the text when both are given. */
    textWeight: between(0, 1).default(SEARCH_DEFAULTS.textWeight),
    /** HYBRID: share of the vector list against the lexical one. */
    semanticRatio: between(0, 1).default(SEARCH_DEFAULTS.semanticRatio),
    mode: z.enum(SEARCH_MODES).exactOptional(),
  })
  .superRefine(({ text, imageUrl, image, productId, region, exclude, mode }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const given = Object.entries({ imageUrl, image, productId }).filter(([, value]) => value !== undefined);
    const [looks, ...others] = given.map(([name]) => name);
    if (text === undefined && looks === undefined) {
      context.addIssue('needs a text, an image or a productId');
      if (exclude !== undefined) {
        refuse(
          'exclude',
          'steers a search away from something, and needs a text, an image or a productId that says where to',
        );
      }
    }
    for (const other of others) refuse(other, `is an image to look for, as ${looks} is: give one of them`);
    if (region !== undefined && imageUrl === undefined && image === undefined) {
      refuse('region', 'is a part of an image, and there is none');
    }
    if (text === undefined && looks !== undefined && (mode === 'LEXICAL' || mode === 'HYBRID')) {
      refuse('mode', `${mode} compares words and needs a text`);
    }
    if (text !== undefined && looks !== undefined && mode === 'LEXICAL') {
      refuse('mode', `LEXICAL compares words only; leave out ${looks}`);
    }
  })
  .transform(({ mode, image, ...rest }) => {
    const usual: SearchMode = rest.text === undefined ? 'VECTOR' : 'HYBRID';
    // From here on a file is the URL that it was put aside under.
    return { ...rest, ...(image && { imageUrl: image.url }), mode: mode ?? usual };
  });

const values = listOf(upTo(MAX_VALUE_LENGTH), MAX_FILTER_VALUES, 'values');

const attributeName = upTo(MAX_NAME_LENGTH);
const attributesOf = <Item extends z.ZodType>(item: Item) => listOf(item, MAX_ATTRIBUTES, 'attributes');

const attributes = attributesOf(z.object({ name: attributeName, anyOf: values })).refine(
  (list) => list.reduce((sum, { anyOf }) => sum + anyOf.length, 0) <= MAX_ATTRIBUTE_VALUES,
  `must be at most ${MAX_ATTRIBUTE_VALUES} values of all attributes together`,
);

/** The conditions of a search, as the API takes them. */
export const filterSchema = z.object({
  categories: values.exactOptional(),
  price: z
    .object({ min: z.number().exactOptional(), max: z.number().exactOptional() })
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'min must not be greater than max')
    .exactOptional(),
  inStock: z.boolean().exactOptional(),
  attributes: attributes.exactOptional(),
});

/**
 * The arguments of a search: the one place where their rules and defaults stand. Takes them as the API does, with nulls
 * where nothing was given; parsing tells every problem at once, or gives a SearchRequest.
 */
export const searchRequestSchema = z.preprocess(
  withoutNulls,
  z
    .object({
      query: query.exactOptional(),
      filter: filterSchema.default({}),
      sort: sort.default(SEARCH_DEFAULTS.sort),
      first: first.default(SEARCH_DEFAULTS.first),
      after: after.exactOptional(),
      minSimilarity: between(-1, 1).exactOptional(),
      minRelevance: between(0, 1).exactOptional(),
      /** Maximal marginal relevance; 0 is none. */
      diversity: between(0, 1).exactOptional(),
      distinctBy: z
        .object({
          attribute: upTo(MAX_NAME_LENGTH).min(1, 'must not be empty'),
          max: wholeBetween(1, MAX_DISTINCT).default(SEARCH_DEFAULTS.distinctMax),
        })
        .exactOptional(),
    })
    .superRefine(({ query, sort, minSimilarity, minRelevance, diversity = 0 }, context) => {
      const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
      if (query?.mode === 'LEXICAL' && minSimilarity !== undefined) {
        refuse('minSimilarity', 'LEXICAL compares words only and knows no similarity');
      }
      if (diversity > 0 && sort !== 'RELEVANCE') {
        refuse('diversity', `weighs relevance against variety; there is none in the order ${sort}`);
      }
      if (query !== undefined) return;
      if (minSimilarity !== undefined) refuse('minSimilarity', 'there is nothing to be similar to without a query');
      if (minRelevance !== undefined) refuse('minRelevance', 'there is nothing to be relevant to without a query');
      if (diversity > 0) refuse('diversity', 'there is nothing to be relevant to without a query');
    })
    .transform(({ minRelevance, ...rest }) => ({
      ...rest,
      minRelevance: minRelevance ?? (rest.query ? defaultMinRelevance(rest.query.mode) : 0),
    })),
);

/**
 * A search that makes sense, its text normalised and its defaults in place. Its query has at least one of text,
 * imageUrl and productId; without a query the products of the filter are listed.
 */
export type SearchRequest = z.output<typeof searchRequestSchema>;

const facetNames = listOf(upTo(MAX_NAME_LENGTH), MAX_FACETS, 'names');
const maxBuckets = wholeBetween(1, MAX_BUCKETS);

/** The rules of single arguments, for a front that takes them under names of its own. */
export const searchRules = {
  text,
  imageUrl,
  productId,
  region,
  values,
  attributeName,
  attributesOf,
  first,
  after,
  sort,
  facetNames,
  maxBuckets,
};

/** What facets to count, each list under a name of the caller's. Takes them as the API does, with nulls and without. */
export const facetRequestsSchema = z
  .map(
    z.string(),
    z.preprocess(
      withoutNulls,
      z.object({
        names: facetNames.exactOptional(),
        maxBuckets: maxBuckets.default(SEARCH_DEFAULTS.maxBuckets),
      }),
    ),
  )
  .refine(
    ({ size }) => size <= MAX_FACET_LISTS,
    `facets may be asked for at most ${MAX_FACET_LISTS} times in one search`,
  );
