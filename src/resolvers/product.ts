import type { Context } from '../context.ts';

export function findProduct(_root: unknown, args: { id: string }, context: Context) {
  return context.products.load(args.id);
}
