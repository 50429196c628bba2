import type { Facet } from '../adapters/vector-store/types.ts';
import { counted } from '../services/search/counted.ts';
import { facetRequestsSchema, searchRules as rules } from '../services/search/search-request.ts';
import type { SearchResult } from '../services/search/types.ts';
import { catalogArguments, fields, toSearchRequest, ucpContext, whatToFind } from './arguments.ts';
import { toMinorUnits } from './money.ts';
import { envelope, type FacetsAnswer, facetsAnswer, searchAnswer, type UcpMessage } from './shapes.ts';
import { defineTool, type Tool, type ToolDependencies } from './tool.ts';
import { toFoundProduct } from './ucp-product.ts';

/** `search_catalog` and `list_facets`: one question, its products and what is counted over them. */
export function createSearchTools({ search, catalogue }: ToolDependencies): Tool[] {
  const currencyOf = (signal: AbortSignal) => async () => {
    const { products } = await catalogue.list({ first: 1, signal });
    return products[0]?.currency ?? '';
  };

  const searchCatalog = defineTool({
    name: 'search_catalog',
    title: 'Search products',
    description:
      'Finds products by words (query), by an image or a product they look like (like), or both, among those that satisfy filters; ' +
      'the best first. Without query and like it lists the products of the filters. ' +
      'Prices are in minor units: 1999 is 19.99 EUR. For the next page repeat the call with pagination.cursor.',
    input: catalogArguments({
      ...whatToFind,
      sort: rules.sort.exactOptional().describe('Default: RELEVANCE.'),
      pagination: fields({
        limit: rules.first.exactOptional().describe('Products of a page. Default: 10.'),
        cursor: rules.after.exactOptional().describe('pagination.cursor of the page before; the rest as it was there.'),
      }).exactOptional(),
      ...ucpContext,
    }),
    output: searchAnswer,
    cached: true,
    async run({ catalog }, { caller, signal }) {
      const { sort, pagination: { limit, cursor } = {} } = catalog;
      const request = await toSearchRequest(catalog, { first: limit, after: cursor, sort }, currencyOf(signal));
      const result = await search.search(request, { signal, caller });
      const { hits, matchCount, hasNextPage } = result;
      const last = hits.at(-1)?.cursor;
      const wanted = catalog.filters?.price && catalog.context?.currency;
      const messages = messagesOn(result, wanted);
      return {
        data: {
          ucp: envelope('search'),
          products: hits.map(toFoundProduct),
          pagination: {
            ...(hasNextPage && last !== undefined && { cursor: last }),
            has_next_page: hasNextPage,
            total_count: counted(matchCount),
          },
          ...(messages.length > 0 && { messages }),
        },
        images: hits.map(({ product, matchedImageUrl }) => ({
          uri: matchedImageUrl ?? product.imageUrl,
          name: product.name,
        })),
      };
    },
  });

  const listFacets = defineTool({
    name: 'list_facets',
    title: 'List categories and other values to filter by',
    description:
      'Counts categories, price ranges, stock and attribute values over all products, or over those that query, like and filters find. ' +
      'Use its names and values in filters of search_catalog.',
    input: catalogArguments({
      names: rules.facetNames
        .exactOptional()
        .describe('Which: category, price, inStock, or names of attributes. Default: all.'),
      max_values: rules.maxBuckets.exactOptional().describe('The most values of one facet. Default: 20.'),
      ...whatToFind,
      ...ucpContext,
    }),
    output: facetsAnswer,
    cached: true,
    async run({ catalog }, { caller, signal }) {
      const request = await toSearchRequest(catalog, { first: 1 }, currencyOf(signal));
      const { names, max_values: maxBuckets } = catalog;
      const facets = facetRequestsSchema.parse(new Map([['facets', { names, maxBuckets }]]));
      const result = await search.search(request, { signal, caller, facets, matchedImages: false });
      const currency = result.hits[0]?.product.currency ?? null;
      return {
        data: {
          ucp: envelope('search'),
          total_count: counted(result.matchCount),
          currency,
          facets: (result.facets.get('facets') ?? []).map((facet) => toFacet(facet, currency ?? '')),
        },
        images: [],
      };
    },
  });

  return [searchCatalog, listFacets];
}

/** What whoever asked should know: that words were mended, that prices are of another currency than was meant. */
function messagesOn({ correctedText, hits }: SearchResult, wanted: string | undefined): UcpMessage[] {
  const messages: UcpMessage[] = [];
  if (correctedText !== null) {
    messages.push({ type: 'info', code: 'corrected_query', content: `Words were searched as: ${correctedText}` });
  }
  const other = hits.find(({ product }) => wanted !== undefined && product.currency !== wanted)?.product.currency;
  if (other !== undefined) {
    const content = `Prices are in ${other} and were compared with yours as numbers, not converted from ${wanted}.`;
    messages.push({ type: 'warning', code: 'currency_not_converted', content });
  }
  return messages;
}

function toFacet({ name, buckets, otherCount }: Facet, currency: string): FacetsAnswer['facets'][number] {
  const values = buckets.map(({ value, count, selected, min, max }) => ({
    value,
    count,
    selected,
    ...(min !== null && { min: toMinorUnits(min, currency) }),
    ...(max !== null && { max: toMinorUnits(max, currency) }),
  }));
  return { name, values, other_count: otherCount };
}
