import { z } from 'zod';
import { AppError } from '../errors.ts';
import { searchRules as rules } from '../services/search/search-request.ts';
import { catalogArguments, ucpContext } from './arguments.ts';
import { envelope, lookupAnswer, productAnswer } from './shapes.ts';
import { defineTool, type Tool, type ToolDependencies } from './tool.ts';
import { toUcpProduct } from './ucp-product.ts';

/** Ids of one call; each counts as a search, as a product does that is asked for by its id. */
const MAX_IDS = 50;

const ids = z
  .array(z.unknown())
  .min(1, 'must not be empty')
  .max(MAX_IDS, `must be at most ${MAX_IDS} ids`)
  .pipe(z.array(rules.productId))
  .meta({ minItems: 1, maxItems: MAX_IDS });

/** `lookup_catalog` and `get_product`: products by their ids. */
export function createLookupTools({ getProducts }: ToolDependencies): Tool[] {
  const lookupCatalog = defineTool({
    name: 'lookup_catalog',
    title: 'Look products up',
    description: 'The products of some ids, in their order. Ids that do not exist are named in messages.',
    input: catalogArguments({ ids: ids.describe('As in products of search_catalog.'), ...ucpContext }),
    output: lookupAnswer,
    // What the ids cost is counted while it runs.
    cached: false,
    async run({ catalog }, { signal, charge }) {
      const asked = [...new Set(catalog.ids)];
      if (asked.length > 1) await charge(asked.length - 1);
      const known = await getProducts(asked, { signal });
      const products = asked.flatMap((id) => known.get(id) ?? []);
      const missing = asked.filter((id) => !known.has(id));
      return {
        data: {
          ucp: envelope('lookup'),
          products: products.map((product) => toUcpProduct(product, product.id)),
          ...(missing.length > 0 && {
            messages: missing.map((id) => ({ type: 'info' as const, code: 'not_found', content: id })),
          }),
        },
        images: products.map(({ imageUrl, name }) => ({ uri: imageUrl, name })),
      };
    },
  });

  const getProduct = defineTool({
    name: 'get_product',
    title: 'Get a product',
    description: 'Everything about the product of an id, with all its images.',
    input: catalogArguments({ id: rules.productId.describe('As in products of search_catalog.'), ...ucpContext }),
    output: productAnswer,
    cached: false,
    async run({ catalog: { id } }, { signal }) {
      const product = (await getProducts([id], { signal })).get(id);
      if (product === undefined) throw new AppError('NOT_FOUND', `There is no product with the id ${id}.`);
      const shown = toUcpProduct(product);
      return {
        data: { ucp: envelope('lookup'), product: shown },
        images: shown.media.map(({ url, alt_text }) => ({ uri: url, name: alt_text })),
      };
    },
  });

  return [lookupCatalog, getProduct];
}
