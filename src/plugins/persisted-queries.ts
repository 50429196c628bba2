import { defaultExtractPersistedOperationId, usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { hashOfQuery, type QueryStore } from '../adapters/cache/query-store.ts';
import type { RateLimiter } from '../adapters/rate-limit/types.ts';
import { AppError } from '../errors.ts';
import type { Connection, Identify, Identity } from './access.ts';
import { asGraphQLError } from './public-errors.ts';
import { bareId, type TrustedDocuments } from './trusted-documents.ts';

const SHA256 = /^[0-9a-f]{64}$/;
/** Documents a minute that one caller may have kept: an app has dozens. What goes beyond is answered all the same. */
const MAX_REGISTRATIONS = 100;

export interface PersistedQueryOptions {
  /** Documents that are known from the start. */
  trusted: TrustedDocuments;
  /** Whether they are all that strangers may ask; whoever shows a key that may write may ask anything. */
  trustedOnly: boolean;
  /** Queries that clients have sent with their hash. */
  registered: QueryStore;
}

/**
 * Takes the hash of a query in place of the query: of a trusted document, or of one that a client has sent before
 * (automatic persisted queries). For an unknown one the client hears PERSISTED_QUERY_NOT_FOUND and sends the query itself:
 * Apollo Client goes by the code, urql by the message.
 */
export function usePersistedQueries(
  options: PersistedQueryOptions & { identify: Identify },
): Plugin<object, Connection> {
  const { trusted, trustedOnly, registered, identify } = options;
  /** Who asks, where not everybody may ask everything. */
  const callers = new WeakMap<Request, Identity['caller']>();
  const isClosedTo = (request: Request) => {
    if (!trustedOnly) return false;
    // Closed as well to whoever is not known: nothing may be open for want of a look.
    const caller = callers.get(request);
    return caller instanceof AppError || caller?.kind !== 'key' || caller.scope !== 'write';
  };
  /** Told before anything is parsed: what validation says of a mistake would tell the schema. */
  const notTrusted = ({ request }: { request: Request }) => {
    const caller = callers.get(request);
    const message = 'This server answers trusted documents alone; send the hash of one, or show a key that may write.';
    return asGraphQLError(caller instanceof AppError ? caller : new AppError('FORBIDDEN', message));
  };
  const plugin: Plugin<object, Connection> = usePersistedOperations({
    extractPersistedOperationId: documentIdOf,
    allowArbitraryOperations: (request) => !isClosedTo(request),
    async getPersistedOperation(id, request) {
      const document = trusted.get(id);
      if (document !== undefined) return document;
      if (isClosedTo(request) || !SHA256.test(id)) return null;
      return (await registered.get(id)) ?? null;
    },
    customErrors: {
      keyNotFound: ({ params }) =>
        isPersistedQuery(params.extensions?.persistedQuery)
          ? asGraphQLError(new AppError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported'))
          : createGraphQLError('Must provide query string.'),
      notFound: (payload) =>
        isClosedTo(payload.request)
          ? notTrusted(payload)
          : asGraphQLError(new AppError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')),
      persistedQueryOnly: notTrusted,
    },
  });
  return {
    ...plugin,
    onRequest({ request, serverContext }) {
      if (trustedOnly) callers.set(request, identify(request, serverContext).caller);
    },
  };
}

/** `documentId` of GraphQL over HTTP, or the hash in `extensions` that Apollo and urql send; null where there is neither. */
function documentIdOf(params: GraphQLParams, request: Request, context: Record<string, unknown>): string | null {
  const inBody: unknown = 'documentId' in params ? params.documentId : undefined;
  const given = inBody ?? new URL(request.url, 'http://localhost').searchParams.get('documentId');
  const id = typeof given === 'string' ? given : defaultExtractPersistedOperationId(params, request, context);
  return id === null ? null : bareId(id);
}

function isPersistedQuery(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/**
 * Keeps queries that come with their hash, once nothing refuses them any more: put it behind access and budgets. A hash of
 * something else is BAD_USER_INPUT.
 */
export function useQueryRegistration(
  options: PersistedQueryOptions & { limiter: RateLimiter },
): Plugin<{ callerName: string }> {
  const { trusted, registered, limiter } = options;
  return {
    onParams({ params }) {
      const sent = registrationOf(params, trusted);
      if (sent === undefined || sent.sha256 === hashOfQuery(sent.query)) return;
      throw createGraphQLError('The hash in extensions.persistedQuery is not that of the query.', {
        extensions: { code: 'BAD_USER_INPUT', http: { spec: true, status: 400 } },
      });
    },
    async onExecute({ args: { contextValue } }) {
      const { params, callerName } = contextValue;
      const sent = registrationOf(params, trusted);
      if (sent === undefined || registered.has(sent.sha256)) return;
      const { allowed } = await limiter.take({ caller: callerName, budget: 'registrations', max: MAX_REGISTRATIONS });
      if (allowed) registered.set(sent.sha256, sent.query);
    },
  };
}

/** The query of a request and the hash that it says the query has; undefined where it says none, or is a trusted one. */
function registrationOf(params: GraphQLParams, trusted: TrustedDocuments) {
  const persisted: unknown = params.extensions?.persistedQuery;
  const { query } = params;
  if (!query || typeof persisted !== 'object' || persisted === null || !('sha256Hash' in persisted)) return undefined;
  const sha256 = bareId(String(persisted.sha256Hash));
  return trusted.get(sha256) === query ? undefined : { sha256, query };
}
