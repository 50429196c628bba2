import { type AppError, StartupError, vectorStoreUnavailable } from '../../../errors.ts';

/** Primary result codes: https://www.sqlite.org/rescode.html */
const SQLITE = { READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, CANTOPEN: 14, NOTADB: 26 } as const;

/** The primary result code that SQLite failed with; undefined for any other error. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What stands in the way of writing, in words; undefined for what is not about the disk. */
function describeDisk(error: unknown): string | undefined {
  const code = sqliteCode(error) ?? systemCode(error);
  if (code === SQLITE.FULL || code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  if (code === SQLITE.READONLY || code === 'EROFS') return 'the disk or the file is read-only';
  if (code === 'EACCES' || code === 'EPERM') return 'this user has no right to write there';
  if (code === SQLITE.CANTOPEN || code === SQLITE.IOERR) return `the disk cannot be written (${messageOf(error)})`;
  return undefined;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The error of a call that SQLite could not carry out: VECTOR_STORE_UNAVAILABLE, with what is the matter. */
export function unavailable(error: unknown): AppError {
  const disk = describeDisk(error);
  if (disk === undefined) return vectorStoreUnavailable('The store could not answer.', error);
  return vectorStoreUnavailable(`The store cannot be written: ${disk}. Nothing was lost.`, error);
}

/** The refusal to start on a store whose files are not as they were written. */
export function damaged(folder: string, reason: string, cause?: unknown): StartupError {
  return new StartupError(
    `The store in ${folder} is damaged (${reason}). ` +
      'Put a backup in its place, or move the folder away and index the products again.',
    { cause },
  );
}

/** Why a store could not be opened, as a reason not to start. A full or read-only disk is not damage. */
export function openingError(folder: string, error: unknown): StartupError {
  if (error instanceof StartupError) return error;
  const code = sqliteCode(error);
  if (code === SQLITE.CORRUPT || code === SQLITE.NOTADB) return damaged(folder, messageOf(error), error);
  const disk = describeDisk(error) ?? messageOf(error);
  return new StartupError(
    `The store in ${folder} cannot be opened: ${disk}. Nothing in it was changed. ` +
      'Check DATA_DIR, its permissions and the space left, and start again.',
    { cause: error },
  );
}
