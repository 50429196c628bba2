import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { badUserInput } from '../errors.ts';
import { toIssues } from '../services/input.ts';
import { counted } from '../services/search/counted.ts';
import { facetRequestsSchema, type SearchRequest } from '../services/search/search-request.ts';
import type { SearchResult } from '../services/search/types.ts';
import { isSelected, selectedArguments } from './selected-arguments.ts';

/**
 * Facets and numbers are counted along with the search, where they are selected: they and its page are of one moment then,
 * and the store is asked once.
 */
export function searchProducts(_root: unknown, request: SearchRequest, context: Context, info: GraphQLResolveInfo) {
  const facets = facetRequestsSchema.safeParse(selectedArguments(info, 'facets'));
  if (!facets.success) throw badUserInput(toIssues(facets.error));
  return context.services.search.search(request, {
    signal: context.signal,
    caller: context.callerName,
    facets: facets.data,
    matchedImages: isSelected(info, ['edges', 'matchedImageUrl']),
    counts: isSelected(info, ['matchCount']) || isSelected(info, ['totalCount']),
  });
}

export function facets(result: SearchResult, _args: unknown, _context: Context, info: GraphQLResolveInfo) {
  const counted = result.facets.get(String(info.path.key));
  if (counted === undefined) throw new TypeError('These facets were not counted along with their search.');
  return counted;
}

export const matchCount = ({ matchCount: count }: SearchResult) => counted(count);
export const totalCount = ({ totalCount: count }: SearchResult) => counted(count);
