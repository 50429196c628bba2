import type { Context } from '../context.ts';
import type { SearchRequest } from '../services/search/search-request.ts';

export function searchProducts(_root: unknown, request: SearchRequest, context: Context) {
  return context.services.search.search(request, { signal: context.signal, caller: context.callerName });
}
