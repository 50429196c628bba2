import { AsyncLocalStorage } from 'node:async_hooks';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';

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

/** Characters that wait for whoever reads the log; what comes beyond them is dropped. */
const MAX_UNREAD = 10_000_000;
/** JSON lines are written by the page: one at a time they took as long as half of a cached search. None waits for longer. */
const PAGES = { minLength: 16_000, periodicFlush: 100 };

/**
 * Creates the logger everything writes to: JSON lines, or readable ones for people.
 * `destination` is a file descriptor: 1 stdout, 2 stderr. A reader that falls behind holds nobody up: to write in place would
 * wait for it in steps of 100 ms, in which the server does nothing else. What waits is written when the process exits.
 */
export function createLogger(options: { level: LogLevel; json: boolean; destination?: 1 | 2 }): Logger {
  const destination = pino.destination({
    dest: options.destination ?? 1,
    sync: false,
    maxLength: MAX_UNREAD,
    ...(options.json && PAGES),
  });
  const settings = {
    level: options.level,
    base: null,
    mixin: requestFields,
  };
  if (options.json) return pino(settings, destination);
  const format = prettyFactory({ translateTime: 'HH:MM:ss', singleLine: true });
  return pino(settings, { write: (line) => void destination.write(format(line) ?? '') });
}

/** A logger that says nothing, for tests and for commands whose output is data. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}
