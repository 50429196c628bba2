import type { Context } from '../context.ts';

export function findProduct(_root: unknown, args: { id: string }, context: Context) {
  return context.products.load(args.id);
}

interface ListArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

export function listProducts(_root: unknown, { first, after }: ListArgs, context: Context) {
  return context.services.catalogue.list({
    first: first ?? 100,
    after: after ?? undefined,
    signal: context.signal,
  });
}
