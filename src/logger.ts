import { AsyncLocalStorage } from 'node:async_hooks';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A request that is being answered. */
export interface RunningRequest {
  requestId: string;
  /** When it arrived, as `performance.now()` tells the time. */
  startedAt: number;
  /** Whether its caller left before it was answered. */
  hasLeft(): boolean;
  /** What it asks for, once that is known: for its line in the log. */
  note?: RequestNote;
  /** Of the errors that it is answered with. */
  codes?: readonly unknown[];
}

export interface RequestNote {
  operation: string;
  kind?: string;
}

const requests = new AsyncLocalStorage<RunningRequest>();

/** Runs `work` on behalf of a request: `runningRequest` finds it there, and every line logged carries its id. */
export function runForRequest<T>(request: RunningRequest, work: () => T): T {
  return requests.run(request, work);
}

/** The request that is being answered here. */
export function runningRequest(): RunningRequest | undefined {
  return requests.getStore();
}

/** What every line logged on behalf of a request carries. */
export function requestFields(): { requestId?: string } {
  const request = requests.getStore();
  return request === undefined ? {} : { requestId: request.requestId };
}

/** Whether the caller of the request that runs here has left, so that whatever it ends with is nobody's error. */
export function callerHasLeft(): boolean {
  return requests.getStore()?.hasLeft() ?? false;
}

/** Characters that wait for whoever reads the log; what comes beyond them is dropped. */
const MAX_UNREAD = 10_000_000;
/** JSON lines are written by the page: one at a time they took as long as half of a cached search. None waits for longer. */
const PAGE = { length: 60_000, waitMs: 100 };

/**
 * Creates the logger everything writes to: JSON lines, or readable ones for people.
 * `destination` is a file descriptor: 1 stdout, 2 stderr. A reader that falls behind holds nobody up: to write in place would
 * wait for it in steps of 100 ms, in which the server does nothing else. What waits is written when the process exits.
 */
export function createLogger(options: { level: LogLevel; json: boolean; destination?: 1 | 2 }): Logger {
  const settings = {
    level: options.level,
    base: null,
    mixin: requestFields,
  };
  const destination = pino.destination({ dest: options.destination ?? 1, sync: false, maxLength: MAX_UNREAD });
  if (options.json) return pino(settings, { write: inPages((lines) => void destination.write(lines)) });
  const format = prettyFactory({ translateTime: 'HH:MM:ss', singleLine: true });
  return pino(settings, { write: (line) => void destination.write(format(line) ?? '') });
}

/** Takes lines and gives them on by the page. */
function inPages(write: (lines: string) => void): (line: string) => void {
  let page = '';
  const turn = () => {
    if (page !== '') write(page);
    page = '';
  };
  setInterval(turn, PAGE.waitMs).unref();
  // First of all: what pino has by then, it writes.
  process.prependListener('exit', turn);
  return (line) => {
    page += line;
    if (page.length >= PAGE.length) turn();
  };
}

/** A logger that says nothing, for tests and for commands whose output is data. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}
