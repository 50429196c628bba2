import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreLockedError } from '../store-locked.ts';
import { SQLITE, sqliteCode } from './sqlite-errors.ts';

/**
 * Takes the store in `folder` for this process, until the lock is closed or the process ends in whatever way: an open
 * exclusive transaction on an empty database beside the store, which the system gives up with the process. The readers
 * keep copies of what is stored, so no other process may write. Throws StoreLockedError.
 */
export function lockStore(folder: string): { close(): void } {
  const database = new DatabaseSync(join(folder, 'lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (sqliteCode(cause) === SQLITE.BUSY) throw new StoreLockedError(folder, { cause });
    throw cause;
  }
  return { close: () => database.close() };
}
