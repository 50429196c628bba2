import { join } from 'node:path';
import { createAccess } from './adapters/access/access.ts';
import { createCachedEmbedder } from './adapters/cache/embedding-cache.ts';
import { createMemoryCache } from './adapters/cache/memory.ts';
import { createQueryStore } from './adapters/cache/query-store.ts';
import { createRedisCache } from './adapters/cache/redis.ts';
import { createResponseCache } from './adapters/cache/response-cache.ts';
import type { CacheBackend } from './adapters/cache/types.ts';
import { createImageSource } from './adapters/image-source/index.ts';
import { createImageStore, createOwnImages, type ImageStore } from './adapters/image-source/own-images.ts';
import { createReceivedImages } from './adapters/image-source/received-images.ts';
import { createMemoryRateLimiter } from './adapters/rate-limit/memory.ts';
import { createRedisRateLimiter } from './adapters/rate-limit/redis.ts';
import { RATE_LIMIT_WINDOW_MS, type RateLimiter } from './adapters/rate-limit/types.ts';
import { modelIdOf } from './adapters/vector-store/collection-name.ts';
import { createTokenizer } from './adapters/vector-store/tokens.ts';
import type { CollectionIdentity, VectorStore } from './adapters/vector-store/types.ts';
import { type Config, importedImagesDir, type OwnOrigins } from './config.ts';
import type { Logger } from './logger.ts';
import { createEmbedder } from './model/embedder.ts';
import { createImageMemory } from './model/image/memory.ts';
import { selfTestModel } from './model/self-test.ts';
import type { ModelInfo } from './model/types.ts';
import { DEMO_CATALOGUE_DIR, readVersion } from './package-root.ts';
import { readTrustedDocuments } from './plugins/trusted-documents.ts';
import type { ServerDependencies } from './server.ts';
import { createCatalogueService } from './services/health/collection-stats.ts';
import { createHealthService } from './services/health/health.ts';
import { createIndexingService } from './services/indexing/indexing.ts';
import { createSearchService } from './services/search/search.ts';
import { createSpelling } from './services/search/spelling.ts';
import { createUnderstanding } from './services/search/understand/understanding.ts';
import { createVocabularyService } from './services/search/vocabulary.ts';
import { createSuggestService } from './services/suggest/suggest.ts';
import { prepareModel } from './start/prepare-model.ts';

/** Memory for embeddings and answers without Redis: 40,000 of CLIP ViT-B/32 and some 10,000 pages of 20 products. */
const CACHE_BYTES = 200_000_000;
/** Memory for queries that clients have sent with their hash: some thousand, where a shop's apps have some hundred. */
const QUERY_BYTES = 8_000_000;

/** Everything a running Vitrine is made of. */
export interface Dependencies extends ServerDependencies {
  model: ModelInfo;
  cache: CacheBackend;
  /** Where images imported from local files are kept. */
  imageStore: ImageStore;
  /** Closes everything in order; what runs in the model and the store is finished first. */
  close(): Promise<void>;
}

/** Notes that a part is to be closed with the rest, and returns it. */
type Keep = <Part extends { close(): Promise<void> }>(part: Part) => Part;

/**
 * Chooses the adapters and puts the parts together. `origins` are the ways this server is
 * reached, the public one first. Throws StartupError when a part cannot start; what had started by then is closed.
 * Aborting `signal` ends the download of a model and the waiting for Qdrant.
 */
export async function createDeps(
  config: Config,
  logger: Logger,
  origins: OwnOrigins,
  signal?: AbortSignal,
): Promise<Dependencies> {
  // Closed in reverse: nothing before what depends on it.
  await using opened = new AsyncDisposableStack();
  const keep: Keep = (part) => opened.adopt(part, () => part.close());

  const trusted = await readTrustedDocuments(config.trustedDocuments.file);
  const { maxPixels, memoryBytes, ...imageLimits } = config.image;
  const memory = createImageMemory(memoryBytes);
  await prepareModel(config, logger, signal);
  const model = keep(await createEmbedder({ ...config.model, maxPixels, memory, logger }));
  // While the store opens. It never rejects.
  const testing = selfTestModel(model);
  const modelId = modelIdOf(model.info);
  const language = config.searchLanguage;
  const identity = { name: config.collection, modelId, dimension: model.info.dimension, language };
  const store = keep(await openStore(config, identity, logger, signal));
  const { name: collection } = await store.stats();
  const selfTest = await testing;
  if (!selfTest.ok) logger.warn(selfTest.message);
  const { cache, limiter } = await openShared(config, collection, logger, keep);

  const importedDir = importedImagesDir(config);
  const images = createOwnImages({
    origins,
    folders: { '/demo/images/': join(DEMO_CATALOGUE_DIR, 'images'), '/images/': importedDir },
    everywhere: '/demo/images/',
  });
  const receivedImages = createReceivedImages();
  const imageSource = keep(
    createImageSource({
      ...imageLimits,
      ownImages: images.fileFor,
      receivedImages,
      memory,
      logger,
    }),
  );
  const embedder = createCachedEmbedder({ embedder: model, cache: cache.bytes });
  const { epoch } = cache;
  const indexing = keep(createIndexingService({ embedder, imageSource, store, epoch, logger }));
  const vocabulary = createVocabularyService({ store, epoch, logger });
  const tokenizer = await createTokenizer(language);
  const spelling = createSpelling({ vocabulary, tokenizer });
  const understanding = createUnderstanding({ reader: tokenizer, vocabulary, store });
  const services = {
    search: createSearchService({ embedder, imageSource, store, epoch, spelling, understanding }),
    suggest: createSuggestService({ store, reader: tokenizer, vocabulary, spelling }),
    indexing,
    catalogue: createCatalogueService({ store, model: model.info }),
    health: createHealthService({
      version: readVersion(),
      model: model.info,
      modelProblem: selfTest.ok ? null : selfTest.message,
      embedder,
      store,
      writes: indexing,
      cache,
    }),
  };
  const running = opened.move();
  return {
    services,
    model: model.info,
    store,
    cache,
    logger,
    images,
    imageStore: createImageStore({ dir: importedDir, maxBytes: config.image.maxBytes }),
    responseCache: {
      cache: createResponseCache(cache.bytes),
      epoch,
      modelId,
      vocabulary,
      ttlSeconds: config.cacheTtlSeconds,
    },
    httpMaxAgeSeconds: config.httpMaxAgeSeconds,
    persistedQueries: {
      trusted,
      trustedOnly: config.trustedDocuments.only,
      registered: createQueryStore({
        maxBytes: QUERY_BYTES,
        shared: cache.backend === 'redis' ? cache.bytes : undefined,
      }),
    },
    access: createAccess({
      keys: config.apiKeys,
      production: config.production,
      allowAnonymousWrites: config.allowAnonymousWrites,
    }),
    rateLimits: { limiter, limits: config.rateLimits },
    cors: { origins: config.corsOrigins, production: config.production },
    explorer: config.explorer,
    mcp: config.mcp,
    trustedProxies: config.trustedProxies,
    publicUrl: origins[0],
    bodies: {
      memory,
      maxBytes: Math.ceil((config.image.maxBytes * 4) / 3) + 1_000_000,
      maxLarge: config.model.maxQueue,
      isBusy: model.isFull,
      receivedImages,
    },
    close: () => running.disposeAsync(),
  };
}

/** The store: Qdrant where one is configured, the embedded one otherwise. The other one is not even loaded. */
async function openStore(
  config: Config,
  identity: CollectionIdentity,
  logger: Logger,
  signal?: AbortSignal,
): Promise<VectorStore> {
  if (config.qdrant) {
    const { createQdrantStore } = await import('./adapters/vector-store/qdrant/store.ts');
    return createQdrantStore({ ...config.qdrant, identity, logger, signal });
  }
  const { createSqliteStore } = await import('./adapters/vector-store/sqlite/store.ts');
  return createSqliteStore({ dataDir: config.dataDir, identity, logger });
}

/** What all replicas share where there is a Redis: caches, epoch and budgets; of this process alone otherwise. */
interface Shared {
  cache: CacheBackend;
  limiter: RateLimiter;
}

async function openShared(config: Config, collection: string, logger: Logger, keep: Keep): Promise<Shared> {
  const local = createMemoryRateLimiter({ windowMs: RATE_LIMIT_WINDOW_MS, now: Date.now });
  if (config.redisUrl === undefined) {
    return {
      cache: keep(createMemoryCache({ maxBytes: CACHE_BYTES })),
      limiter: local,
    };
  }
  const { openRedis } = await import('./adapters/cache/redis-connection.ts');
  const redis = keep(openRedis({ url: config.redisUrl, logger, now: Date.now }));
  return {
    cache: keep(createRedisCache({ redis, collection })),
    limiter: createRedisRateLimiter({ redis, windowMs: RATE_LIMIT_WINDOW_MS, fallback: local }),
  };
}
