import DataLoader from 'dataloader';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Access } from './adapters/access/access.ts';
import type { OwnImages } from './adapters/image-source/own-images.ts';
import type { RateLimiter } from './adapters/rate-limit/types.ts';
import type { VectorStore } from './adapters/vector-store/types.ts';
import type { Context, Services } from './context.ts';
import type { Logger } from './logger.ts';
import { type Connection, createIdentifier, useAccess } from './plugins/access.ts';
import { corsOptions, useVaryByOrigin } from './plugins/cors.ts';
import { createDocumentCache } from './plugins/document-limits.ts';
import { graphiqlOptions, renderGraphiqlPage } from './plugins/graphiql.ts';
import { useHttpRoutes, useJsonOnly } from './plugins/http-routes.ts';
import { useImages } from './plugins/images.ts';
import { useOperationLimits } from './plugins/operation-limits.ts';
import { type PersistedQueryOptions, usePersistedQueries, useQueryRegistration } from './plugins/persisted-queries.ts';
import { toPublicError, usePublicErrors } from './plugins/public-errors.ts';
import { type BudgetLimits, chargeBudget, useRateLimits } from './plugins/rate-limit.ts';
import { type RequestBodyOptions, useRequestBodies } from './plugins/request-bodies.ts';
import { useRequestLog } from './plugins/request-log.ts';
import { type SearchCacheOptions, useSearchCache } from './plugins/response-cache.ts';
import { rootFieldsOf } from './plugins/root-fields.ts';
import { trustedDocumentProblems } from './plugins/trusted-documents.ts';
import { useSearchesOnlyInForms } from './plugins/uploads.ts';
import { createYogaLogger } from './plugins/yoga-logger.ts';
import type { StoredProduct } from './product.ts';
import { schema } from './schema/index.ts';
import { createSimilarLoader } from './services/search/similar-loader.ts';

export interface ServerDependencies {
  services: Services;
  store: VectorStore;
  logger: Logger;
  /** Images this server shows itself: the demo's and imported ones. */
  images: OwnImages;
  responseCache: Omit<SearchCacheOptions, 'rootFields'>;
  persistedQueries: PersistedQueryOptions;
  access: Access;
  rateLimits: { limiter: RateLimiter; limits: BudgetLimits };
  cors: { origins: readonly string[]; production: boolean };
  /** What developers are shown: the page of GraphiQL, the schema. */
  explorer: { graphiql: boolean; introspection: boolean };
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustedProxies: number;
  /** Where customers reach this server, without a slash at the end. */
  publicUrl: string;
  /** How much of request bodies is taken at a time. */
  bodies: Omit<RequestBodyOptions, 'identify'>;
}

export type Server = YogaServerInstance<Connection, Context>;

/** Assembles the GraphQL server; it neither listens nor reads the environment. */
export function createServer(deps: ServerDependencies): Server {
  const { services, store, logger, explorer } = deps;
  const rootFields = rootFieldsOf(schema);
  const identify = createIdentifier(deps);
  const { persistedQueries } = deps;
  for (const problem of trustedDocumentProblems(schema, persistedQueries.trusted)) logger.warn(problem);
  return createYoga<Connection, Context>({
    schema,
    context: ({ request, req }) => {
      const { caller, name: callerName } = identify(request, req === undefined ? {} : { req });
      const { signal } = request;
      const charge = (searches: number) => chargeBudget(deps.rateLimits, callerName, 'searches', searches);
      const similar = createSimilarLoader(services.search, charge, { signal, caller: callerName });
      return { services, products: createProductLoader(store), similar, caller, callerName, signal };
    },
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: explorer.graphiql && graphiqlOptions(deps.publicUrl),
    renderGraphiQL: renderGraphiqlPage,
    logging: createYogaLogger(logger),
    cors: corsOptions(deps.cors),
    maskedErrors: { maskError: toPublicError },
    // useRequestBodies counts them.
    maxRequestBodySize: false,
    multipart: false,
    // Documents that do not parse are not worth the memory: reading 15,000 characters again costs a millisecond.
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: { get: () => undefined, set: () => {} },
    },
    plugins: [
      useRequestLog({ logger, identify }),
      useHttpRoutes({ health: services.health, graphiql: explorer.graphiql }),
      useImages(deps.images),
      useJsonOnly(),
      useVaryByOrigin(),
      useRequestBodies({ ...deps.bodies, identify }),
      usePersistedQueries({ ...persistedQueries, identify }),
      useOperationLimits(explorer),
      useSearchesOnlyInForms(),
      useAccess(deps.access, rootFields),
      useRateLimits({ ...deps.rateLimits, rootFields }),
      useQueryRegistration({ ...persistedQueries, limiter: deps.rateLimits.limiter }),
      useSearchCache({ ...deps.responseCache, rootFields }),
      usePublicErrors(),
    ],
  });
}

/** Gathers the look-ups of one request into one read of the store. */
function createProductLoader(store: VectorStore): DataLoader<string, StoredProduct | null> {
  return new DataLoader(async (ids) => {
    const products = await store.get(ids);
    return ids.map((id) => products.get(id) ?? null);
  });
}
