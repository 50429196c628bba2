import type { Context } from '../context.ts';
import type { SuggestRequest } from '../services/suggest/suggest-request.ts';

export function suggest(_root: unknown, request: SuggestRequest, context: Context) {
  return context.services.suggest.suggest(request, { signal: context.signal });
}
