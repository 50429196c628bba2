import type { YogaLogger } from 'graphql-yoga';
import { callerHasLeft, type Logger } from '../logger.ts';
import { originOf, toPublicError } from './public-errors.ts';

/**
 * Yoga's messages through our logger. It reports every error whose public form differs; one that was meant for the
 * caller is no event of ours, since anybody can bring it about, unless it tells that the store is away; nor is what a
 * request ends with whose caller has left.
 */
export function createYogaLogger(logger: Logger): YogaLogger {
  // Yoga passes on the same error from more than one place.
  const told = new WeakSet<object>();
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: unknown[]) => logger.warn(parts.map(String).join(' ')),
    error: (reported: unknown) => {
      if (callerHasLeft()) return;
      const err = originOf(reported);
      if (typeof err === 'object' && err !== null) {
        if (told.has(err)) return;
        told.add(err);
      }
      const { message, extensions } = toPublicError(reported);
      if (extensions.code === 'INTERNAL_SERVER_ERROR') logger.error({ err }, 'a request failed unexpectedly');
      else if (extensions.code === 'VECTOR_STORE_UNAVAILABLE') logger.error({ err }, message);
    },
  };
}
