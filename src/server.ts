import type { Cache } from '@envelop/response-cache';
import DataLoader from 'dataloader';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Context, Services } from './context.ts';
import { graphiqlOptions, renderGraphiqlPage } from './graphiql.ts';
import type { Logger } from './logger.ts';
import { DEFAULT_OPERATION_LIMITS, useOperationLimits } from './plugins/operation-limits.ts';
import { usePictures } from './plugins/pictures.ts';
import { toPublicError, usePublicErrors } from './plugins/public-errors.ts';
import { useRequestLog } from './plugins/request-log.ts';
import { useSearchCache } from './plugins/response-cache.ts';
import { createYogaLogger } from './plugins/yoga-logger.ts';
import { schema } from './schema/index.ts';
import type { IndexEpoch } from './services/cache/types.ts';
import type { OwnPictures } from './services/image-source/own-pictures.ts';
import type { StoredProduct } from './services/product.ts';
import type { VectorStore } from './services/vector-store/types.ts';

export interface ServerDependencies {
  services: Services;
  store: VectorStore;
  logger: Logger;
  /** Pictures this server shows itself: the demo's and imported ones. */
  pictures: OwnPictures;
  responseCache: { cache: Cache; epoch: IndexEpoch; modelId: string; ttlSeconds: number };
  /** Where customers reach this server, without a slash at the end. */
  publicUrl: string;
  /** Largest request body, in bytes. */
  maxBodyBytes: number;
}

export type Server = YogaServerInstance<Record<string, unknown>, Context>;

/** Assembles the GraphQL server; it neither listens nor reads the environment. */
export function createServer(deps: ServerDependencies): Server {
  const { services, store, logger } = deps;
  return createYoga<Record<string, unknown>, Context>({
    schema,
    context: ({ request }) => ({ services, products: createProductLoader(store), signal: request.signal }),
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: graphiqlOptions(deps.publicUrl),
    renderGraphiQL: renderGraphiqlPage,
    logging: createYogaLogger(logger),
    maskedErrors: { maskError: toPublicError },
    maxRequestBodySize: deps.maxBodyBytes,
    multipart: false,
    plugins: [
      useRequestLog(logger),
      usePictures(deps.pictures),
      useOperationLimits(DEFAULT_OPERATION_LIMITS),
      useSearchCache(deps.responseCache),
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
