import type { YogaLogger } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { originOf } from './public-errors.ts';

/**
 * Yoga's messages through our logger. It reports every error whose public form differs; one that was meant for the
 * caller is no event unless it has a cause, which the caller does not see.
 */
export function createYogaLogger(logger: Logger): YogaLogger {
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: unknown[]) => logger.warn(parts.map(String).join(' ')),
    error: (reported: unknown) => {
      const error = originOf(reported);
      if (error instanceof AppError && error.cause === undefined) return;
      logger.error({ err: error }, error instanceof AppError ? error.message : 'a request failed unexpectedly');
    },
  };
}
