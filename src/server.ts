import type { IncomingMessage } from 'node:http';
import type { Cache } from '@envelop/response-cache';
import DataLoader from 'dataloader';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Access } from './adapters/access/access.ts';
import { clientAddress } from './adapters/access/client-address.ts';
import type { Caller } from './adapters/access/types.ts';
import type { IndexEpoch } from './adapters/cache/types.ts';
import type { OwnImages } from './adapters/image-source/own-images.ts';
import type { RateLimiter } from './adapters/rate-limit/types.ts';
import type { VectorStore } from './adapters/vector-store/types.ts';
import type { Context, Services } from './context.ts';
import { AppError } from './errors.ts';
import type { Logger } from './logger.ts';
import { shownSecret, useAccess } from './plugins/access.ts';
import { corsOptions } from './plugins/cors.ts';
import { createDocumentCache } from './plugins/document-limits.ts';
import { graphiqlOptions, renderGraphiqlPage } from './plugins/graphiql.ts';
import { useHttpRoutes, useJsonOnly } from './plugins/http-routes.ts';
import { useImages } from './plugins/images.ts';
import { useOperationLimits } from './plugins/operation-limits.ts';
import { toPublicError, usePublicErrors } from './plugins/public-errors.ts';
import { type BudgetLimits, useRateLimits } from './plugins/rate-limit.ts';
import { useRequestLog } from './plugins/request-log.ts';
import { useSearchCache } from './plugins/response-cache.ts';
import { rootFieldsOf } from './plugins/root-fields.ts';
import { createYogaLogger } from './plugins/yoga-logger.ts';
import type { StoredProduct } from './product.ts';
import { schema } from './schema/index.ts';

export interface ServerDependencies {
  services: Services;
  store: VectorStore;
  logger: Logger;
  /** Images this server shows itself: the demo's and imported ones. */
  images: OwnImages;
  responseCache: { cache: Cache; epoch: IndexEpoch; modelId: string; ttlSeconds: number };
  access: Access;
  rateLimits: { limiter: RateLimiter; limits: BudgetLimits };
  cors: { origins: readonly string[]; production: boolean };
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustedProxies: number;
  /** Where customers reach this server, without a slash at the end. */
  publicUrl: string;
  /** Largest request body, in bytes. */
  maxBodyBytes: number;
}

/** What Node's HTTP server passes along; absent where Yoga is called without a socket. */
interface Connection {
  req?: IncomingMessage;
}

export type Server = YogaServerInstance<Connection, Context>;

/** Assembles the GraphQL server; it neither listens nor reads the environment. */
export function createServer(deps: ServerDependencies): Server {
  const { services, store, logger } = deps;
  const rootFields = rootFieldsOf(schema);
  return createYoga<Connection, Context>({
    schema,
    context: ({ request, req }) => {
      const caller = identifyCaller(deps, request, req);
      const products = createProductLoader(store);
      return { services, products, caller, callerName: nameOf(caller), signal: request.signal };
    },
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: graphiqlOptions(deps.publicUrl),
    renderGraphiQL: renderGraphiqlPage,
    logging: createYogaLogger(logger),
    cors: corsOptions(deps.cors),
    maskedErrors: { maskError: toPublicError },
    maxRequestBodySize: deps.maxBodyBytes,
    multipart: false,
    // Documents that do not parse are not worth the memory: reading 15,000 characters again costs a millisecond.
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: { get: () => undefined, set: () => {} },
    },
    plugins: [
      useRequestLog(logger),
      useHttpRoutes(services.health),
      useImages(deps.images),
      useJsonOnly(),
      useOperationLimits(),
      useAccess(deps.access, rootFields),
      useRateLimits({ ...deps.rateLimits, rootFields }),
      useSearchCache({ ...deps.responseCache, rootFields }),
      usePublicErrors(),
    ],
  });
}

function identifyCaller(
  deps: ServerDependencies,
  request: Request,
  req: IncomingMessage | undefined,
): Caller | AppError {
  const address = clientAddress({
    connection: req?.socket.remoteAddress,
    forwardedFor: request.headers.get('x-forwarded-for'),
    trustedProxies: deps.trustedProxies,
  });
  try {
    return deps.access.identify(shownSecret(request.headers), address);
  } catch (error) {
    // The access plugin tells it, in the place where every refusal is told.
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** Whose budget an operation counts on. Refused callers never get as far. */
function nameOf(caller: Caller | AppError): string {
  if (caller instanceof AppError) return 'refused';
  return caller.kind === 'key' ? `key:${caller.name}` : `address:${caller.address}`;
}

/** Gathers the look-ups of one request into one read of the store. */
function createProductLoader(store: VectorStore): DataLoader<string, StoredProduct | null> {
  return new DataLoader(async (ids) => {
    const products = await store.get(ids);
    return ids.map((id) => products.get(id) ?? null);
  });
}
