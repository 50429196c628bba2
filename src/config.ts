import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { StartupError } from './errors.ts';
import { LOG_LEVELS } from './logger.ts';
import { DEVICES, DTYPES } from './model/types.ts';

/** A switch: on/off, true/false, yes/no, 1/0. */
const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['on', 'off', 'true', 'false', 'yes', 'no', '1', '0'], 'must be on or off'))
  .transform((value) => ['on', 'true', 'yes', '1'].includes(value));

/** A whole number with an optional K, M or G, with or without a B: powers of ten. */
const amount = z
  .string()
  .regex(/^\d+(?:\.\d+)?\s*[kmg]?b?$/i, 'must be a number such as 500K, 20MB or 50M')
  .transform((value) => {
    const unit = /[kmg]/i.exec(value)?.[0].toLowerCase() ?? '';
    return Math.round(Number.parseFloat(value) * ({ k: 1e3, m: 1e6, g: 1e9 }[unit] ?? 1));
  })
  .pipe(z.number().min(1, 'must be at least 1'));

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.length > 0),
);

const webUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'must be an http(s) URL')
  .refine((value) => !URL.canParse(value) || new URL(value).pathname === '/', 'must not have a path')
  .transform((value) => new URL(value).origin);

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
  PUBLIC_URL: webUrl
    .optional()
    .describe('Where customers reach this server, such as https://search.example.com. Default: http://localhost:PORT.'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`One of ${LOG_LEVELS.join(', ')}.`),
  DATA_DIR: z.string().default('./data').describe('Folder of the embedded store and of imported pictures.'),
  CLIP_MODEL: z
    .string()
    .default('mini')
    .describe('The bundled `mini` (for trying out) or a folder with a model in the layout of the Hugging Face Hub.'),
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
  COLLECTION: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/i, 'must be 1 to 63 letters, digits, - or _')
    .default('products')
    .describe('Base name of the collection; model and dimension are added to it.'),
  DEMO_CATALOGUE: flag
    .prefault('on')
    .describe('Index the demo catalogue on a first start with an empty embedded store: on or off.'),
  CACHE_TTL: wholeNumber(0, 31_536_000)
    .prefault('3600')
    .describe('Seconds an answer may be served from the cache; 0 turns the response cache off.'),
  IMAGE_MAX_BYTES: amount.prefault('20MB').describe('Largest picture, in bytes.'),
  IMAGE_MAX_PIXELS: amount.prefault('50M').describe('Largest picture, width times height.'),
  IMAGE_TIMEOUT_MS: wholeNumber(100, 120_000)
    .prefault('5000')
    .describe('Deadline for having a picture: DNS, redirects and the one retry included.'),
  IMAGE_ALLOWED_HOSTS: list
    .default([])
    .describe('Hosts pictures may come from, such as cdn.example.com,*.example.org:8443. Default: any public host.'),
  IMAGE_ALLOW_PRIVATE_NETWORK: flag
    .prefault('off')
    .describe('Whether pictures may come from private, loopback and link-local addresses. Leave it off.'),
  MAX_QUEUE: wholeNumber(1, 100_000)
    .prefault('256')
    .describe('Embeddings that may wait for the model; more are refused with OVERLOADED.'),
} satisfies Record<string, z.ZodType>;

const environmentSchema = z.object(variables);

/** The configuration of one server, complete and frozen. Sizes in bytes, pixels; times as their names say. */
export type Config = ReturnType<typeof toConfig>;

/**
 * Reads the configuration from environment variables. Throws StartupError that lists every problem at once.
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
      return `  ${name} ${issue.message} (it is ${JSON.stringify(given[name])})`;
    });
    throw new StartupError(`The configuration has problems:\n${problems.join('\n')}`);
  }
  return Object.freeze(toConfig(parsed.data));
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

/** Where pictures imported from local files are kept. */
export function importedPicturesDir(config: Config): string {
  return resolve(config.dataDir, 'images');
}

function toConfig(env: z.infer<typeof environmentSchema>) {
  return {
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
      maxQueue: env.MAX_QUEUE,
    },
    collection: env.COLLECTION,
    demoCatalogue: env.DEMO_CATALOGUE,
    cacheTtlSeconds: env.CACHE_TTL,
    image: {
      maxBytes: env.IMAGE_MAX_BYTES,
      maxPixels: env.IMAGE_MAX_PIXELS,
      timeoutMs: env.IMAGE_TIMEOUT_MS,
      allowedHosts: env.IMAGE_ALLOWED_HOSTS,
      allowPrivateNetwork: env.IMAGE_ALLOW_PRIVATE_NETWORK,
    },
  };
}
