import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Gives this thread, and those it starts from now on, a lower priority than others of the process: `niceness` from 0, as
 * they have, to 19. Only Linux has priorities for single threads; elsewhere nothing happens.
 */
export function lowerThreadPriority(niceness: number): void {
  const thread = threadId();
  if (thread !== undefined) setPriority(thread, niceness);
}

/** The system's number of this thread, on Linux. */
function threadId(): number | undefined {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0]);
  } catch {
    return undefined;
  }
}
