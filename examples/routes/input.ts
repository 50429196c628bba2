import { z } from 'zod';
import type { ProductInput, SearchProductsQueryVariables } from './gql/graphql.ts';

const amount = z.coerce.number().min(0).optional();
const parameters = z.object({
  q: z.string().optional(),
  min: amount,
  max: amount,
  inStock: z.stringbool().optional(),
  sort: z.enum(['RELEVANCE', 'PRICE_ASC', 'PRICE_DESC', 'NEWEST']).optional(),
  first: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
});

/** What `?q=red dress&category=dresses&category=skirts&min=20&max=80&inStock=true` asks for. Throws ZodError. */
export function readSearch(search: URLSearchParams): SearchProductsQueryVariables & { text: string | undefined } {
  const { q, min, max, inStock, ...page } = parameters.parse(Object.fromEntries(search));
  const categories = search.getAll('category');
  return {
    text: q?.trim() || undefined,
    filter: {
      ...(categories.length > 0 && { categories }),
      ...((min !== undefined || max !== undefined) && { price: { min, max } }),
      ...(inStock !== undefined && { inStock }),
    },
    ...page,
  };
}

/** A product as this shop's files have it, their other columns left out. What its values may be, Vitrine says. */
const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  category: z.string(),
  price: z.number(),
  currency: z.string().optional(),
  imageUrl: z.url(),
  inStock: z.boolean().optional(),
  attributes: z.record(z.string(), z.string()).default({}),
});

/** A product of a request or of a line of a catalogue, as Vitrine takes it. Throws SyntaxError or ZodError. */
export function readProduct(json: string): ProductInput {
  const { attributes, ...product } = productSchema.parse(JSON.parse(json));
  return { ...product, attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })) };
}
