import { z } from 'zod';

/** The release of the Universal Commerce Protocol whose catalogue shapes these are. */
export const UCP_VERSION = '2026-04-08';

const price = z.object({
  amount: z.int().describe('In minor units of the currency: 1999 is 19.99 EUR.'),
  currency: z.string().describe('ISO 4217.'),
});

const attributes = z.array(z.object({ name: z.string(), value: z.string() }));

const variant = z.object({
  id: z.string(),
  title: z.string(),
  description: z.object({ plain: z.string() }),
  price,
  availability: z.object({ available: z.boolean(), status: z.enum(['in_stock', 'out_of_stock']) }),
  inputs: z
    .array(z.object({ id: z.string(), match: z.literal('exact') }))
    .exactOptional()
    .describe('lookup_catalog: the id that this was found by.'),
});

/** A product as UCP shows it. What Vitrine knows besides is in `metadata`. */
const product = z.object({
  id: z.string(),
  title: z.string(),
  description: z.object({ plain: z.string() }),
  categories: z.array(z.object({ value: z.string(), taxonomy: z.literal('merchant') })),
  price_range: z.object({ min: price, max: price }),
  media: z.array(z.object({ type: z.literal('image'), url: z.string(), alt_text: z.string() })),
  variants: z.array(variant).describe('One: every product of this catalogue is bought as it is.'),
  metadata: z.object({
    attributes: attributes.describe('Such as color = red.'),
    score: z.number().exactOptional().describe('Relevance; comparable within one answer only.'),
    similarity: z.number().nullable().exactOptional().describe('How alike query and image are; null by words alone.'),
    matched_image_url: z.string().nullable().exactOptional().describe('Which image is most like the query.'),
  }),
});
export type UcpProduct = z.input<typeof product>;

const message = z.object({
  type: z.enum(['info', 'warning']),
  code: z.string(),
  content: z.string(),
});
export type UcpMessage = z.input<typeof message>;

const ucp = z.object({
  version: z.string(),
  capabilities: z.record(z.string(), z.array(z.object({ version: z.string() }))),
});

/** What search_catalog answers. */
export const searchAnswer = z.object({
  ucp,
  products: z.array(product),
  pagination: z.object({
    cursor: z.string().exactOptional().describe('Pass it as catalog.pagination.cursor for the next page.'),
    has_next_page: z.boolean(),
    total_count: z.int().describe('How many products match.'),
  }),
  messages: z.array(message).exactOptional(),
});

/** What lookup_catalog answers. */
export const lookupAnswer = z.object({
  ucp,
  products: z.array(product),
  messages: z.array(message).exactOptional().describe('Ids that were not found.'),
});

/** What get_product answers. */
export const productAnswer = z.object({ ucp, product });

/** What list_facets answers. */
export const facetsAnswer = z.object({
  ucp,
  total_count: z.int().describe('How many products match.'),
  currency: z.string().nullable().describe('That of min and max; null where nothing matches.'),
  facets: z.array(
    z.object({
      name: z.string().describe('category, price, inStock, or the name of an attribute.'),
      values: z.array(
        z.object({
          value: z.string(),
          count: z.int(),
          selected: z.boolean().describe('Whether the filters ask for it.'),
          min: z.int().exactOptional().describe('Prices: the lowest, in minor units.'),
          max: z.int().exactOptional().describe('Prices: the end of the range, in minor units, not in it.'),
        }),
      ),
      other_count: z.int().describe('Products in values that were left out.'),
    }),
  ),
});
export type FacetsAnswer = z.input<typeof facetsAnswer>;

/** What UCP has every answer begin with: the release, and the capability that answers. */
export function envelope(capability: 'search' | 'lookup'): z.input<typeof ucp> {
  return {
    version: UCP_VERSION,
    capabilities: { [`dev.ucp.shopping.catalog.${capability}`]: [{ version: UCP_VERSION }] },
  };
}
