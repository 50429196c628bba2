import DataLoader from 'dataloader';
import { badUserInput } from '../../errors.ts';
import type { SearchCallOptions, SearchHit, SearchService, SimilarRequest } from './types.ts';

/** Lists of similar products that one request may ask for, each of them a search. */
const MAX_SIMILAR_LISTS = 20;

/** Lists of similar products, gathered over one request. */
export type SimilarLoader = DataLoader<SimilarRequest, SearchHit[], string>;

/**
 * Gathers what one request asks for: the embeddings of many products are read at once, and equal lists are found once.
 * Each list is charged as the search that it is, before it is looked for; `charge` throws where the caller has no more.
 * Throws BAD_USER_INPUT beyond MAX_SIMILAR_LISTS, however deeply they are nested.
 */
export function createSimilarLoader(
  search: Pick<SearchService, 'similar'>,
  charge: (searches: number) => Promise<void>,
  options: SearchCallOptions,
): SimilarLoader {
  let lists = 0;
  return new DataLoader(
    async (asked) => {
      lists += asked.length;
      if (lists > MAX_SIMILAR_LISTS) {
        const message = `may be asked for at most ${MAX_SIMILAR_LISTS} products in one request`;
        throw badUserInput([{ path: ['similar'], message: `similar: ${message}` }]);
      }
      await charge(asked.length);
      return search.similar(asked, options);
    },
    { cacheKeyFn: ({ id, first }) => `${first}:${id}` },
  );
}
