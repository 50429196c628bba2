import type { YogaLogger } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { originOf } from './public-errors.ts';

/**
 * Yoga's messages through our logger. It reports every error whose public form differs; one that was meant for the
 * caller is no event of ours, since anybody can bring it about, unless it tells that the store is away.
 */
export function createYogaLogger(logger: Logger): YogaLogger {
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: unknown[]) => logger.warn(parts.map(String).join(' ')),
    error: (reported: unknown) => {
      const error = originOf(reported);
      if (!(error instanceof AppError)) logger.error({ err: error }, 'a request failed unexpectedly');
      else if (error.code === 'VECTOR_STORE_UNAVAILABLE') logger.error({ err: error }, error.message);
    },
  };
}
