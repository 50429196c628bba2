import { z } from 'zod';
import { parseApiKeys } from './adapters/access/api-keys.ts';
import { parseRedisUrl } from './adapters/cache/redis-url.ts';

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
