import type { Plugin } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import { asGraphQLError } from './public-errors.ts';

/**
 * Answers a request that brings the hash of a query in place of the query, so that its client sends the query itself:
 * Apollo Client goes by the code, urql by the message. No query is kept here by its hash.
 */
export function usePersistedQueries(): Plugin {
  return {
    onParams({ params: { query, extensions } }) {
      if (query || !extensions?.persistedQuery) return;
      throw asGraphQLError(new AppError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported'));
    },
  };
}
