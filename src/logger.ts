import { AsyncLocalStorage } from 'node:async_hooks';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A request that is being answered; its signal is aborted when the caller leaves. */
interface RunningRequest {
  requestId: string;
  signal: AbortSignal;
}

const requests = new AsyncLocalStorage<RunningRequest>();

/** Runs `work` so that every line logged on its behalf carries the request id. */
export function runForRequest<T>(request: RunningRequest, work: () => T): T {
  return requests.run(request, work);
}

/** What every line logged on behalf of a request carries. */
export function requestFields(): { requestId?: string } {
  const request = requests.getStore();
  return request === undefined ? {} : { requestId: request.requestId };
}

/** Whether the caller of the request that runs here has left, so that whatever it ends with is nobody's error. */
export function callerHasLeft(): boolean {
  return requests.getStore()?.signal.aborted ?? false;
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
