import type { RequestListener } from 'node:http';
import DataLoader from 'dataloader';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Access } from './adapters/access/access.ts';
import type { OwnImages } from './adapters/image-source/own-images.ts';
import type { RateLimiter } from './adapters/rate-limit/types.ts';
import type { VectorStore } from './adapters/vector-store/types.ts';
import type { Context, Services } from './context.ts';
import type { Logger } from './logger.ts';
import { createMcpFront } from './mcp/front.ts';
import { readVersion } from './package-root.ts';
import { type Connection, createIdentifier, useAccess } from './plugins/access.ts';
import { type CorsRules, corsOptions, useVaryByOrigin } from './plugins/cors.ts';
import { createDocumentCache } from './plugins/document-limits.ts';
import { graphiqlOptions, renderGraphiqlPage } from './plugins/graphiql.ts';
import { useHttpCache } from './plugins/http-cache.ts';
import { useHttpRoutes, useJsonOnly } from './plugins/http-routes.ts';
import { useImages } from './plugins/images.ts';
import { useMcp } from './plugins/mcp.ts';
import { useOperationLimits } from './plugins/operation-limits.ts';
import { type PersistedQueryOptions, usePersistedQueries, useQueryRegistration } from './plugins/persisted-queries.ts';
import { toPublicError, usePublicErrors } from './plugins/public-errors.ts';
import { type BudgetLimits, chargeBudget, useRateLimits } from './plugins/rate-limit.ts';
import { createRepeatedRequests } from './plugins/repeated-requests.ts';
import { createRequestBodies, type RequestBodyOptions } from './plugins/request-bodies.ts';
import { createRequestLog } from './plugins/request-log.ts';
import {
  type AnsweredFromCache,
  createAnswerCache,
  createDigestKeys,
  type SearchCacheOptions,
  useSearchCache,
} from './plugins/response-cache.ts';
import { rootFieldsOf } from './plugins/root-fields.ts';
import { type Storefront, useStorefront } from './plugins/storefront.ts';
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
  /** Seconds that caches on the way may keep an answer without asking. */
  httpMaxAgeSeconds: number;
  persistedQueries: PersistedQueryOptions;
  access: Access;
  rateLimits: { limiter: RateLimiter; limits: BudgetLimits };
  cors: CorsRules;
  /** What developers are shown: the page of GraphiQL, the schema. */
  explorer: { graphiql: boolean; introspection: boolean };
  /** Whether agents may search at /mcp. */
  mcp: boolean;
  /** The shop at `/`, where there is one; without it `/` leads to GraphiQL. */
  storefront?: Storefront | undefined;
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustedProxies: number;
  /** Where customers reach this server, without a slash at the end. */
  publicUrl: string;
  /** How much of request bodies is taken at a time. */
  bodies: Omit<RequestBodyOptions, 'identify'>;
}

/** Listens to Node's HTTP server; or answers a request of the fetch API, without a socket. */
export type Server = RequestListener & Pick<YogaServerInstance<Connection, Context>, 'fetch'>;

const ENDPOINT = '/graphql';

/** Assembles the GraphQL server; it neither listens nor reads the environment. */
export function createServer(deps: ServerDependencies): Server {
  const { services, store, logger, explorer } = deps;
  const rootFields = rootFieldsOf(schema);
  const identify = createIdentifier(deps);
  const { persistedQueries } = deps;
  for (const problem of trustedDocumentProblems(schema, persistedQueries.trusted)) logger.warn(problem);
  const yogaLogger = createYogaLogger(logger);
  const bodies = createRequestBodies({ ...deps.bodies, identify });
  const log = createRequestLog({ logger, identify });
  const fromCache: AnsweredFromCache = new WeakMap();
  const charge = (caller: string, searches: number) => chargeBudget(deps.rateLimits, caller, 'searches', searches);
  const repeated =
    deps.responseCache.ttlSeconds > 0
      ? createRepeatedRequests({
          endpoint: ENDPOINT,
          cache: deps.responseCache.cache,
          keyOf: createDigestKeys(deps.responseCache),
          fromCache,
          rootFields,
          identify,
          access: deps.access,
          charge: (caller, budget) => chargeBudget(deps.rateLimits, caller, budget, 1),
          log,
        })
      : undefined;
  const yoga = createYoga<Connection, Context>({
    schema,
    context: ({ request, req }) => {
      const { caller, name: callerName } = identify(req ?? request);
      const { signal } = request;
      const chargeCaller = (searches: number) => charge(callerName, searches);
      const similar = createSimilarLoader(services.search, chargeCaller, { signal, caller: callerName });
      return { services, products: createProductLoader(store), similar, caller, callerName, signal };
    },
    graphqlEndpoint: ENDPOINT,
    landingPage: false,
    graphiql: explorer.graphiql && graphiqlOptions(deps.publicUrl),
    renderGraphiQL: renderGraphiqlPage,
    logging: yogaLogger,
    cors: corsOptions(deps.cors),
    maskedErrors: { maskError: toPublicError },
    // createRequestBodies counts them.
    maxRequestBodySize: false,
    multipart: false,
    // Documents that do not parse are not worth the memory: reading 15,000 characters again costs a millisecond.
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: { get: () => undefined, set: () => {} },
    },
    plugins: [
      log.plugin,
      ...(deps.storefront ? [useStorefront(deps.storefront)] : []),
      useHttpRoutes({ health: services.health, graphiql: explorer.graphiql }),
      useImages(deps.images),
      useJsonOnly(),
      useVaryByOrigin(),
      bodies.plugin,
      deps.mcp &&
        useMcp({
          front: createMcpFront({
            ...services,
            getProducts: (ids, options) => store.get(ids, options),
            version: readVersion(),
            answers: createAnswerCache(deps.responseCache),
            report: yogaLogger.error,
          }),
          identify,
          access: deps.access,
          charge,
          readJson: bodies.readJson,
          cors: deps.cors,
          publicUrl: deps.publicUrl,
        }),
      usePersistedQueries({ ...persistedQueries, identify }),
      useOperationLimits(explorer),
      useSearchesOnlyInForms(),
      useAccess(deps.access, rootFields),
      useRateLimits({ ...deps.rateLimits, rootFields }),
      useQueryRegistration({ ...persistedQueries, limiter: deps.rateLimits.limiter }),
      useHttpCache({ ...deps.responseCache, rootFields, maxAgeSeconds: deps.httpMaxAgeSeconds, identify }),
      deps.responseCache.ttlSeconds > 0 && useSearchCache({ ...deps.responseCache, rootFields, fromCache }),
      usePublicErrors(),
      ...(repeated ? [repeated.plugin] : []),
    ],
  });
  const listener: RequestListener = (request, response) => void yoga(request, response);
  return Object.assign(repeated?.before(listener) ?? listener, { fetch: yoga.fetch });
}

/** Gathers the look-ups of one request into one read of the store. */
function createProductLoader(store: VectorStore): DataLoader<string, StoredProduct | null> {
  return new DataLoader(async (ids) => {
    const products = await store.get(ids);
    return ids.map((id) => products.get(id) ?? null);
  });
}
