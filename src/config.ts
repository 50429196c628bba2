import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { SEARCH_LANGUAGES } from './adapters/vector-store/languages.ts';
import {
  amount,
  apiKeys,
  flag,
  list,
  misspellings,
  originList,
  redisUrl,
  webOrigin,
  webUrl,
  wholeNumber,
} from './config-rules.ts';
import { StartupError } from './errors.ts';
import { LOG_LEVELS } from './logger.ts';
import { DEVICES, DTYPES } from './model/types.ts';

/**
 * Every variable Vitrine reads: its rule, its default and what it does. `.env.example` and docs/configuration.md are
 * printed from here. A value of '' counts as unset.
 */
export const variables = {
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('`production` logs JSON lines; anything else logs for people.'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on. The container image sets 0.0.0.0.'),
  PORT: wholeNumber(0, 65_535).prefault('4000').describe('Port to listen on; 0 picks a free one.'),
  PUBLIC_URL: webOrigin
    .optional()
    .describe('Where customers reach this server, such as https://search.example.com. Default: http://localhost:PORT.'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`One of ${LOG_LEVELS.join(', ')}.`),
  DATA_DIR: z.string().default('./data').describe('Folder of the embedded store and of imported images.'),
  CLIP_MODEL: z
    .string()
    .default('mini')
    .describe(
      'The bundled `mini` (for trying out), a model of the Hugging Face Hub such as Xenova/clip-vit-base-patch32, ' +
        'which is downloaded at the first start, or a folder in the same layout.',
    ),
  CLIP_DTYPE: z
    .enum(DTYPES)
    .default('fp32')
    .describe(`Number format of the model's files: ${DTYPES.join(', ')}.`),
  CLIP_VISION_DTYPE: z.enum(DTYPES).optional().describe('The same for the image tower alone. Default: CLIP_DTYPE.'),
  CLIP_TEXT_DTYPE: z.enum(DTYPES).optional().describe('The same for the text tower alone. Default: CLIP_DTYPE.'),
  CLIP_DEVICE: z
    .enum(DEVICES)
    .default('cpu')
    .describe(`What the model runs on: ${DEVICES.join(', ')}.`),
  MODEL_CACHE_DIR: z.string().optional().describe('Folder of downloaded models. Default: DATA_DIR/models.'),
  HF_ENDPOINT: webUrl.prefault('https://huggingface.co').describe('The Hugging Face Hub, or a mirror of it.'),
  HF_TOKEN: z.string().optional().describe('Token of an account there, for private and gated models. Default: none.'),
  COLLECTION: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/i, 'must be 1 to 63 letters, digits, - or _')
    .default('products')
    .describe('Base name of the collection; model and dimension are added to it.'),
  SEARCH_LANGUAGE: z
    .enum(SEARCH_LANGUAGES)
    .default('english')
    .describe(
      `Language of the catalogue: how words are stemmed, and which of them say nothing. One of ${SEARCH_LANGUAGES.join(', ')}. ` +
        'What is indexed in one cannot be searched in another.',
    ),
  QDRANT_URL: webUrl
    .optional()
    .describe('A Qdrant server, 1.15.2 or later, such as http://localhost:6333. Default: the embedded store.'),
  QDRANT_API_KEY: z.string().optional().describe('Its key. It must be allowed to write.'),
  QDRANT_TIMEOUT_MS: wholeNumber(100, 600_000).prefault('10000').describe('Deadline for one call to Qdrant.'),
  QDRANT_SHARDS: wholeNumber(1, 1000).prefault('1').describe('Shards of a new collection.'),
  QDRANT_REPLICATION_FACTOR: wholeNumber(1, 100).prefault('1').describe('Copies of each shard of a new collection.'),
  QDRANT_QUANTIZATION: z
    .enum(['none', 'int8'])
    .default('none')
    .describe('`int8` keeps a quarter of the vectors in memory, in a new collection.'),
  QDRANT_ON_DISK: flag.prefault('off').describe('Keeps the vectors of a new collection on disk: on or off.'),
  REDIS_URL: redisUrl
    .optional()
    .describe(
      'redis://, rediss:// (TLS), redis+cluster:// or redis+sentinel://; Redis 6.2 or later. Default: caches in memory.',
    ),
  API_KEYS: apiKeys
    .default([])
    .describe('`name:scope:secret` entries separated by commas; scope `search` or `write`, which includes it.'),
  ALLOW_ANONYMOUS_WRITES: flag
    .prefault('off')
    .describe('Whether anybody may write. Without a write key, production refuses writes and development takes them.'),
  CORS_ORIGINS: originList
    .default([])
    .describe('Pages that may ask from a browser: origins, or *. Default: pages of this machine, none in production.'),
  RATE_LIMIT_SEARCHES: wholeNumber(0, 10_000_000)
    .prefault('600')
    .describe('Searches a minute for each key or address; 0 is no limit.'),
  RATE_LIMIT_WRITES: wholeNumber(0, 10_000_000)
    .prefault('600')
    .describe('Writes a minute for each key or address; 0 is no limit.'),
  TRUST_PROXY: wholeNumber(0, 10)
    .prefault('0')
    .describe('Proxies in front whose X-Forwarded-For tells the address of a caller; 0 takes that of the connection.'),
  GRAPHIQL: flag.prefault('on').describe('Whether a browser that opens /graphql gets GraphiQL: on or off.'),
  INTROSPECTION: flag
    .prefault('on')
    .describe('Whether the schema may be asked for: on or off. It is no secret; GraphiQL and code generators read it.'),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe(
      'File of documents that clients may name by their hash: persisted-documents.json of GraphQL Code Generator. Default: none.',
    ),
  TRUSTED_DOCUMENTS_ONLY: flag
    .prefault('off')
    .describe(
      'Whether they are all that is answered: on or off. Keys with scope write may ask anything; GraphiQL is off then.',
    ),
  MCP: flag
    .prefault('on')
    .describe('Whether agents may search at /mcp: on or off. They are shown what GraphQL shows, under the same keys.'),
  STOREFRONT: flag
    .optional()
    .describe(
      'Whether `/` is the example shop on this catalogue: on or off. Default: on; off in production, and where ' +
        'TRUSTED_DOCUMENTS_ONLY would leave what it asks unanswered.',
    ),
  DEMO_CATALOGUE: flag
    .prefault('on')
    .describe('Index the demo catalogue on a first start with an empty embedded store: on or off.'),
  CACHE_TTL: wholeNumber(0, 31_536_000)
    .prefault('3600')
    .describe('Seconds an answer may be served from the cache; 0 turns the response cache off.'),
  HTTP_MAX_AGE: wholeNumber(0, 86_400)
    .prefault('0')
    .describe(
      'Seconds a browser or CDN may show the answer to a GET without asking again, and so miss a write; at most CACHE_TTL. With 0 it asks each time, and hears 304 while nothing was written.',
    ),
  IMAGE_MAX_BYTES: amount.prefault('20MB').describe('Largest image, in bytes.'),
  IMAGE_MAX_PIXELS: amount.prefault('50M').describe('Largest image, width times height.'),
  IMAGE_MEMORY: amount
    .pipe(z.number().min(200_000_000, 'must be at least 200MB'))
    .prefault('640MB')
    .describe(
      'Memory for request bodies, images on their way and decoding together, in bytes; beyond it requests are refused with ' +
        'OVERLOADED. Decoding one image may take half of it.',
    ),
  IMAGE_TIMEOUT_MS: wholeNumber(100, 120_000)
    .prefault('5000')
    .describe('Deadline for having an image: DNS, redirects and the one retry included.'),
  IMAGE_ALLOWED_HOSTS: list
    .default([])
    .describe('Hosts images may come from, such as cdn.example.com,*.example.org:8443. Default: any public host.'),
  IMAGE_ALLOW_PRIVATE_NETWORK: flag
    .prefault('off')
    .describe('Whether images may come from private, loopback and link-local addresses. Leave it off.'),
  MAX_QUEUE: wholeNumber(1, 100_000)
    .prefault('256')
    .describe('Embeddings that may wait for the model; more are refused with OVERLOADED.'),
} satisfies Record<string, z.ZodType>;

/** Never shown, not even to say what is wrong with them. */
const SECRETS: ReadonlySet<string> = new Set(['API_KEYS', 'HF_TOKEN', 'QDRANT_API_KEY', 'REDIS_URL']);

const environmentSchema = z.object(variables).refine((env) => !env.TRUSTED_DOCUMENTS_ONLY || env.TRUSTED_DOCUMENTS, {
  path: ['TRUSTED_DOCUMENTS_ONLY'],
  message: 'needs TRUSTED_DOCUMENTS: without it nothing would be answered',
});

/** The configuration of one server, complete and frozen. Sizes in bytes, pixels; times as their names say. */
export type Config = ReturnType<typeof toConfig>;

/**
 * Reads the configuration from environment variables. Throws StartupError that lists every problem at once. What is set
 * in vain, by the look of it, is told in `warnings`.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(variables).flatMap((name) => {
      const value = env[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const shown = SECRETS.has(name) ? '' : ` (it is ${JSON.stringify(given[name])})`;
      return `  ${name} ${issue.message}${shown}`;
    });
    throw new StartupError(`The configuration has problems:\n${problems.join('\n')}`);
  }
  return Object.freeze(toConfig(parsed.data, misspellings(env, Object.keys(variables))));
}

/** The environment of this process, with what a `.env` file in the current folder adds to it. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Origins such as `http://localhost:4000`, the one that customers use first. */
export type OwnOrigins = readonly [publicUrl: string, ...others: string[]];

/** The ways a server on this port is reached: PUBLIC_URL, or else localhost, first. */
export function ownOrigins(config: Config, port: number): OwnOrigins {
  const local = `http://localhost:${port}`;
  return [config.publicUrl ?? local, local, `http://127.0.0.1:${port}`];
}

/** Where images imported from local files are kept. */
export function importedImagesDir(config: Config): string {
  return resolve(config.dataDir, 'images');
}

function toConfig(env: z.infer<typeof environmentSchema>, warnings: readonly string[]) {
  return {
    warnings,
    production: env.NODE_ENV === 'production',
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL,
    logLevel: env.LOG_LEVEL,
    dataDir: env.DATA_DIR,
    model: {
      name: env.CLIP_MODEL,
      visionDtype: env.CLIP_VISION_DTYPE ?? env.CLIP_DTYPE,
      textDtype: env.CLIP_TEXT_DTYPE ?? env.CLIP_DTYPE,
      device: env.CLIP_DEVICE,
      modelCacheDir: env.MODEL_CACHE_DIR ?? resolve(env.DATA_DIR, 'models'),
      maxQueue: env.MAX_QUEUE,
    },
    hub: { endpoint: env.HF_ENDPOINT, token: env.HF_TOKEN },
    collection: env.COLLECTION,
    searchLanguage: env.SEARCH_LANGUAGE,
    qdrant:
      env.QDRANT_URL === undefined
        ? undefined
        : {
            url: env.QDRANT_URL,
            apiKey: env.QDRANT_API_KEY,
            timeoutMs: env.QDRANT_TIMEOUT_MS,
            newCollection: {
              shards: env.QDRANT_SHARDS,
              replicationFactor: env.QDRANT_REPLICATION_FACTOR,
              quantization: env.QDRANT_QUANTIZATION,
              onDisk: env.QDRANT_ON_DISK,
            },
          },
    redisUrl: env.REDIS_URL,
    apiKeys: env.API_KEYS,
    allowAnonymousWrites: env.ALLOW_ANONYMOUS_WRITES,
    corsOrigins: env.CORS_ORIGINS,
    rateLimits: { searches: env.RATE_LIMIT_SEARCHES, writes: env.RATE_LIMIT_WRITES },
    trustedDocuments: { file: env.TRUSTED_DOCUMENTS, only: env.TRUSTED_DOCUMENTS_ONLY },
    // Nothing that is typed there would be answered.
    explorer: { graphiql: env.GRAPHIQL && !env.TRUSTED_DOCUMENTS_ONLY, introspection: env.INTROSPECTION },
    mcp: env.MCP,
    trustedProxies: env.TRUST_PROXY,
    storefront: env.STOREFRONT ?? (env.NODE_ENV !== 'production' && !env.TRUSTED_DOCUMENTS_ONLY),
    demoCatalogue: env.DEMO_CATALOGUE,
    cacheTtlSeconds: env.CACHE_TTL,
    httpMaxAgeSeconds: Math.min(env.HTTP_MAX_AGE, env.CACHE_TTL),
    image: {
      maxBytes: env.IMAGE_MAX_BYTES,
      maxPixels: env.IMAGE_MAX_PIXELS,
      memoryBytes: env.IMAGE_MEMORY,
      timeoutMs: env.IMAGE_TIMEOUT_MS,
      allowedHosts: env.IMAGE_ALLOWED_HOSTS,
      allowPrivateNetwork: env.IMAGE_ALLOW_PRIVATE_NETWORK,
    },
  };
}
