import type { Context } from '../context.ts';

export function collectionStats(_root: unknown, _args: unknown, context: Context) {
  return context.services.catalogue.stats();
}
