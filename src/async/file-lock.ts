import { DatabaseSync } from 'node:sqlite';
import { retry } from './retry.ts';

/** How often whoever waits for a lock asks again. */
const POLL_MS = 100;
/** SQLite's number for a database that somebody else has locked. */
const SQLITE_BUSY = 5;

/** A lock that could not be taken. */
export class FileLockError extends Error {
  /** Whether another process, or another lock of this one, has it; otherwise the file system is in the way. */
  readonly held: boolean;

  constructor(path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const code = cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number' ? cause.errcode : 0;
    const held = (code & 0xff) === SQLITE_BUSY;
    super(held ? `${path} is locked by another process` : `${path} cannot be locked (${reason})`, { cause });
    this.name = 'FileLockError';
    this.held = held;
  }
}

/**
 * Locks a file until the lock is closed or this process ends in whatever way. The lock is the operating system's own,
 * held by an exclusive transaction on an empty SQLite database: nobody has to judge whether its owner still lives. The
 * file stays, empty; deleting it would let two in, and so would opening it in this process by other means while the
 * lock is held. Throws FileLockError.
 */
export function lockFile(path: string): { close(): void } {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    throw new FileLockError(path, error);
  }
}

/**
 * Runs `work` while nobody else has the lock of `path`. Waits for whoever has it, told once by `onWait`; aborting `signal`
 * ends the waiting. Throws FileLockError where the file system has no locks or refuses.
 */
export async function withFileLock<T>(
  path: string,
  options: { signal?: AbortSignal | undefined; onWait?(): void },
  work: () => Promise<T>,
): Promise<T> {
  const lock = await retry(async () => lockFile(path), {
    signal: options.signal,
    pauseMs: (error) => (error instanceof FileLockError && error.held ? POLL_MS : undefined),
    onRetry: (_error, _pauseMs, failures) => failures === 1 && options.onWait?.(),
  });
  try {
    return await work();
  } finally {
    lock.close();
  }
}
