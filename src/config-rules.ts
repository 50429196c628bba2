import { z } from 'zod';
import { parseApiKeys } from './adapters/access/api-keys.ts';
import { parseRedisUrl } from './adapters/cache/redis-url.ts';
import { closestName } from './closest-name.ts';

/** A switch: on/off, true/false, yes/no, 1/0. */
export const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['on', 'off', 'true', 'false', 'yes', 'no', '1', '0'], 'must be on or off'))
  .transform((value) => ['on', 'true', 'yes', '1'].includes(value));

/** A whole number with an optional K, M or G, with or without a B: powers of ten. */
export const amount = z
  .string()
  .regex(/^\d+(?:\.\d+)?\s*[kmg]?b?$/i, 'must be a number such as 500K, 20MB or 50M')
  .transform((value) => {
    const unit = /[kmg]/i.exec(value)?.[0].toLowerCase() ?? '';
    return Math.round(Number.parseFloat(value) * ({ k: 1e3, m: 1e6, g: 1e9 }[unit] ?? 1));
  })
  .pipe(z.number().min(1, 'must be at least 1'));

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.length > 0),
);

const httpUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'must be an http(s) URL');

/** An http(s) URL; a slash at its end is dropped. */
export const webUrl = httpUrl.transform((value) => value.replace(/\/+$/, ''));

/** Scheme, host and port alone. */
export const webOrigin = httpUrl
  .refine((value) => !URL.canParse(value) || new URL(value).pathname === '/', 'must not have a path')
  .transform((value) => new URL(value).origin);

/** Origins of pages, as a browser sends them, or `*`. */
export const originList = list.pipe(
  z.array(z.union([z.literal('*'), webOrigin], 'must be * or origins such as https://shop.example')),
);

/** API_KEYS; problems name the entry, never its secret. */
export const apiKeys = z.string().transform((value, context) => {
  const { keys, problems } = parseApiKeys(value);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return keys;
});

/** REDIS_URL, checked here and parsed again where the connection is made. */
export const redisUrl = z.string().transform((value, context) => {
  try {
    parseRedisUrl(value);
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^REDIS_URL /, '') : 'cannot be used';
    context.addIssue({ code: 'custom', message });
  }
  return value;
});

/** Beginnings that nobody else's variables have; Kubernetes, for one, makes up QDRANT_… and REDIS_… for its services. */
const OWN_PREFIXES = ['CLIP_', 'CORS_', 'RATE_LIMIT_'];

/**
 * A warning for each variable that is set, not among `known`, and looks like one of them that is not set: CORS_ORIGIN in
 * place of CORS_ORIGINS would open or close what its owner never sees. Values are never shown.
 */
export function misspellings(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): readonly string[] {
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  const unset = known.filter((name) => !isSet(name));
  return Object.keys(env).flatMap((name) => {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name) || known.includes(name) || !isSet(name)) return [];
    const closest = closestName(name, known);
    const meant = closest === undefined ? unset.filter((other) => isRelated(name, other)) : [closest];
    if (meant.length === 0 || meant.some(isSet)) return [];
    return [`${name} is set, but Vitrine does not read it. Did you mean ${meant.join(' or ')}?`];
  });
}

/** A name whose last words are missing (QDRANT_TIMEOUT for QDRANT_TIMEOUT_MS), or one of a family that is ours alone. */
function isRelated(name: string, known: string): boolean {
  if (name.includes('_') && known.startsWith(`${name}_`)) return true;
  return OWN_PREFIXES.some((prefix) => name.startsWith(prefix) && known.startsWith(prefix));
}
