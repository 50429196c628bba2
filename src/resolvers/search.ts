import type { ProductFilter } from '../adapters/vector-store/types.ts';
import type { Context } from '../context.ts';
import type { SearchMode } from '../services/search/types.ts';

type Maybe<T> = T | null | undefined;

interface SearchArgs {
  query: {
    text?: Maybe<string>;
    imageUrl?: Maybe<string>;
    textWeight?: Maybe<number>;
    semanticRatio?: Maybe<number>;
    mode?: Maybe<SearchMode>;
  };
  filter?: Maybe<{
    categories?: Maybe<string[]>;
    price?: Maybe<{ min?: Maybe<number>; max?: Maybe<number> }>;
    inStock?: Maybe<boolean>;
    attributes?: Maybe<{ name: string; anyOf: string[] }[]>;
  }>;
  first?: Maybe<number>;
  after?: Maybe<string>;
  minSimilarity?: Maybe<number>;
}

export function searchProducts(_root: unknown, args: SearchArgs, context: Context) {
  const { text, imageUrl, textWeight, semanticRatio, mode } = args.query;
  const request = {
    text: text ?? undefined,
    imageUrl: imageUrl ?? undefined,
    textWeight: textWeight ?? 0.5,
    semanticRatio: semanticRatio ?? 0.4,
    mode: mode ?? undefined,
    filter: toProductFilter(args.filter),
    first: args.first ?? 10,
    after: args.after ?? undefined,
    minSimilarity: args.minSimilarity ?? undefined,
  };
  return context.services.search.search(request, { signal: context.signal });
}

/** A null in a filter means the same as leaving the condition out. */
function toProductFilter(filter: SearchArgs['filter']): ProductFilter {
  const { categories, price, inStock, attributes } = filter ?? {};
  return {
    ...(categories && { categories }),
    ...(price && {
      price: { ...(price.min != null && { min: price.min }), ...(price.max != null && { max: price.max }) },
    }),
    ...(inStock != null && { inStock }),
    ...(attributes && { attributes }),
  };
}
