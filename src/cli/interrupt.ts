import { say } from './output.ts';

/** What a shell expects of a program that SIGINT ended. */
export const INTERRUPTED = 130;

/** Aborted by the first SIGINT or SIGTERM, for which there is `notice`; the second one ends the process. */
export function watchForInterrupt(notice?: string): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    if (notice !== undefined) say(notice);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
