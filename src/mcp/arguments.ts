import { z } from 'zod';
import { AppError, badUserInput, type Issue } from '../errors.ts';
import { toIssues, withoutNulls } from '../services/input.ts';
import { searchRules as rules, type SearchRequest, searchRequestSchema } from '../services/search/search-request.ts';
import { fromMinorUnits } from './money.ts';

/** An object that has these fields and no others: a condition that is passed over would show the wrong products. */
export function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `has no ${issue.keys.slice(0, 10).join(', ')}; it has ${known}` : undefined,
  });
}

const passedOver = z.looseObject({}).exactOptional().describe('Taken, as UCP has it, and not used.');

/** What UCP lets every call bring. */
export const ucpContext = {
  context: z
    .looseObject({
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'must be a code of ISO 4217, such as EUR')
        .exactOptional()
        .describe('Of prices in filters. Default: that of the catalogue.'),
    })
    .exactOptional()
    .describe('About the buyer; only the currency is used.'),
  signals: passedOver,
  attribution: passedOver,
};

/** The arguments of a tool: UCP's envelope around those of the catalogue. */
export function catalogArguments<Shape extends z.ZodRawShape>(shape: Shape) {
  return fields({ meta: passedOver, catalog: fields(shape) });
}

const amount = z.int('must be a whole number, in minor units').min(0, 'must not be less than 0');

/** What to look for, and among what. The rules are those of the search itself. */
export const whatToFind = {
  query: rules.text.exactOptional().describe('Words: red leather handbag. Conditions belong into filters.'),
  like: fields({
    image_url: rules.imageUrl.exactOptional().describe('An image: an http(s) URL or a data: URL.'),
    id: rules.productId.exactOptional().describe('A product: more like it.'),
    region: rules.region.exactOptional().describe('The part of the image that is meant, as fractions of its size.'),
  })
    .exactOptional()
    .describe('Look like an image or a product. With query, both count.'),
  exclude: rules.text.exactOptional().describe('Words to steer away from, beside query or like: red.'),
  filters: fields({
    categories: rules.values.exactOptional().describe('In any of these; list_facets has them.'),
    price: fields({
      min: amount.exactOptional().describe('The lowest.'),
      max: amount.exactOptional().describe('The highest.'),
    })
      .exactOptional()
      .describe('In minor units of the currency: 5000 is 50.00 EUR.'),
    available: z.boolean().exactOptional().describe('true: only what can be bought now. Default: everything.'),
    attributes: rules
      .attributesOf(fields({ name: rules.attributeName, any_of: rules.values }))
      .exactOptional()
      .describe('Each must hold: {name: color, any_of: [red, blue]}; list_facets has names and values.'),
  })
    .exactOptional()
    .describe('All must hold.'),
};

const found = catalogArguments({ ...ucpContext, ...whatToFind });
type WhatToFind = Pick<z.output<typeof found>['catalog'], keyof typeof whatToFind | 'context'>;

/** Checks the arguments of a tool. Throws BAD_USER_INPUT with every problem. */
export function parseArguments<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(withoutNulls(given ?? {}));
  if (parsed.success) return parsed.data;
  throw badUserInput(toIssues(parsed.error));
}

/**
 * The search that a tool asks for; `currencyOf` tells the catalogue's currency where prices need one. Throws
 * BAD_USER_INPUT, in the search's own words and names.
 */
export async function toSearchRequest(
  { query, like = {}, exclude, filters = {}, context }: WhatToFind,
  page: { first?: number | undefined; after?: string | undefined; sort?: string | undefined },
  currencyOf: () => Promise<string>,
): Promise<SearchRequest> {
  const { image_url: imageUrl, id: productId, region } = like;
  const asked = { text: query, imageUrl, productId, region, exclude };
  const isAsked = Object.values(asked).some((value) => value !== undefined);
  const { categories, price, available, attributes } = filters;
  const currency = price === undefined ? '' : (context?.currency ?? (await currencyOf()));
  const inCurrency = (end: number | undefined) => (end === undefined ? undefined : fromMinorUnits(end, currency));
  const parsed = searchRequestSchema.safeParse({
    query: isAsked ? asked : undefined,
    filter: {
      categories,
      price: price && { min: inCurrency(price.min), max: inCurrency(price.max) },
      inStock: available === true ? true : undefined,
      attributes: attributes?.map(({ name, any_of }) => ({ name, anyOf: any_of })),
    },
    ...page,
  });
  if (parsed.success) return parsed.data;
  throw badUserInput(toIssues(parsed.error));
}

/** What a search's arguments are called here. */
const NAMES: Readonly<Record<string, string>> = {
  'query.text': 'catalog.query',
  'query.imageUrl': 'catalog.like.image_url',
  'query.productId': 'catalog.like.id',
  'query.region': 'catalog.like.region',
  'query.exclude': 'catalog.exclude',
  query: 'catalog',
  filter: 'catalog.filters',
  first: 'catalog.pagination.limit',
  after: 'catalog.pagination.cursor',
  sort: 'catalog.sort',
  facets: 'catalog.filters',
};

/** An error of the search, its problems under the names that the tool's caller knows; any other as it is. */
export function inToolNames(error: unknown): unknown {
  if (!(error instanceof AppError) || error.details.issues === undefined) return error;
  return badUserInput(error.details.issues.map(renamed));
}

function renamed({ path, message }: Issue): Issue {
  for (const length of [2, 1]) {
    const name = NAMES[path.slice(0, length).join('.')];
    if (name === undefined) continue;
    const to = [...name.split('.'), ...path.slice(length).map((key) => (key === 'anyOf' ? 'any_of' : key))];
    return { path: to, message: message.replace(`${path.join('.')}: `, `${to.join('.')}: `) };
  }
  return { path, message };
}
