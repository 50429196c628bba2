import type { z } from 'zod';
import type { Issue } from '../errors.ts';

/** An input without its nulls, at any depth: to a caller, null and absent both mean "the default". What is no plain object, such as a file, stays as it is. */
export function withoutNulls(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(withoutNulls);
  if (typeof input !== 'object' || input === null || !isPlain(input)) return input;
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, withoutNulls(value)]));
}

/** Objects of JSON, and those that are made of them without a prototype. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** An absolute http(s) URL. */
export function isWebUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/** The issues of a zod error in our own words: `path` as keys and indexes, `message` naming the field. */
export function toIssues(error: z.ZodError): Issue[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    return { path, message: path.length > 0 ? `${path.join('.')}: ${issue.message}` : issue.message };
  });
}
