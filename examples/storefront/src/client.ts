import { Client, cacheExchange, fetchExchange } from 'urql';

/**
 * Answers are kept for as long as the page is open, so that going back shows at once what was there. The header is what
 * lets a search bring a photo (a form of a strange page could not set it).
 */
export const client = new Client({
  url: '/graphql',
  exchanges: [cacheExchange, fetchExchange],
  preferGetMethod: false,
  fetchOptions: { headers: { 'apollo-require-preflight': 'true' } },
});
