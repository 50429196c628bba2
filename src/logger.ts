import { AsyncLocalStorage } from 'node:async_hooks';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const requestIds = new AsyncLocalStorage<string>();

/** Runs `work` so that every line logged on its behalf carries the request id. */
export function runWithRequestId<T>(requestId: string, work: () => T): T {
  return requestIds.run(requestId, work);
}

/** What every line logged on behalf of a request carries. */
export function requestFields(): { requestId?: string } {
  const requestId = requestIds.getStore();
  return requestId === undefined ? {} : { requestId };
}

/**
 * Creates the logger everything writes to: JSON lines, or readable ones for people.
 * `destination` is a file descriptor: 1 stdout, 2 stderr.
 */
export function createLogger(options: { level: LogLevel; json: boolean; destination?: 1 | 2 }): Logger {
  const destination = options.destination ?? 1;
  const settings = {
    level: options.level,
    base: null,
    mixin: requestFields,
  };
  if (options.json) return pino(settings, pino.destination({ dest: destination, sync: true }));
  return pino(settings, pretty({ destination, sync: true, translateTime: 'HH:MM:ss', singleLine: true }));
}

/** A logger that says nothing, for tests and for commands whose output is data. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}
