import { join } from 'node:path';
import { FileLockError, lockFile } from '../../../async/file-lock.ts';
import { StoreLockedError } from '../store-locked.ts';

/**
 * Takes the store in `folder` for this process, until the lock is closed or the process ends in whatever way. The readers
 * keep copies of what is stored, so no other process may write. Throws StoreLockedError, or what SQLite throws when the
 * disk is in the way.
 */
export function lockStore(folder: string): { close(): void } {
  try {
    return lockFile(join(folder, 'lock'));
  } catch (error) {
    if (!(error instanceof FileLockError)) throw error;
    throw error.held ? new StoreLockedError(folder, { cause: error }) : error.cause;
  }
}
