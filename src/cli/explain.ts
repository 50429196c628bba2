import { AppError, type ErrorCode, StartupError } from '../errors.ts';

const ADVICE: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'Give a key with --key or VITRINE_API_KEY.',
  FORBIDDEN: 'Give a key that may do this with --key or VITRINE_API_KEY.',
  INTERNAL_SERVER_ERROR: 'The log of the server says more.',
};

/**
 * What went wrong in words for a terminal: a StartupError, which is shown without a stack. A defect comes back as it is.
 */
export function explainError(error: unknown): unknown {
  if (error instanceof AppError) {
    const advice = ADVICE[error.code];
    return new StartupError(`${error.code}: ${error.message}${advice ? ` ${advice}` : ''}`, { cause: error });
  }
  // What the operating system refuses: a missing file, a full disk, a folder without rights.
  if (error instanceof Error && 'syscall' in error) return new StartupError(error.message, { cause: error });
  return error;
}
