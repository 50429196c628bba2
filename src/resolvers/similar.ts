import type { Context } from '../context.ts';
import type { StoredProduct } from '../product.ts';

/** How many similar products are listed where nothing is said. */
export const DEFAULT_SIMILAR = 6;

export function similar({ id }: StoredProduct, args: { first?: number | null | undefined }, context: Context) {
  return context.similar.load({ id, first: args.first ?? DEFAULT_SIMILAR });
}
