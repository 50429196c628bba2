import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { StartupError } from '../errors.ts';
import type { LineFailure } from '../services/import/types.ts';

/** A JSON Lines file of what failed. */
export interface ErrorsFile {
  /** On disk when it returns. */
  write(failure: LineFailure): void;
  /** Closes the file; one without a line in it is taken away. */
  close(): void;
}

/**
 * Opens the file, emptying one that is there: it is about this import alone. Throws StartupError now, not at the first
 * failure, when it cannot be written.
 */
export function openErrorsFile(path: string): ErrorsFile {
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(`The errors file cannot be written: ${reason}`, { cause });
  }
  let empty = true;
  return {
    write(failure) {
      const { line, id, code, message } = failure;
      writeSync(file, `${JSON.stringify({ line, id, code, message })}\n`);
      empty = false;
    },
    close() {
      closeSync(file);
      if (empty) rmSync(path, { force: true });
    },
  };
}
