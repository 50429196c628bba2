/** What a caller can be told. The GraphQL enum `ErrorCode` lists the same names; a test holds the two together. */
export const ERROR_CODES = [
  'BAD_USER_INPUT',
  'IMAGE_UNREACHABLE',
  'IMAGE_FORBIDDEN',
  'IMAGE_TOO_LARGE',
  'IMAGE_UNREADABLE',
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'OVERLOADED',
  'VECTOR_STORE_UNAVAILABLE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'INTERNAL_SERVER_ERROR',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One problem of an input: where it is and what is wrong with it. */
export interface Issue {
  path: readonly (string | number)[];
  message: string;
}

/** What an error says besides its code and message; the API shows these beside `extensions.code`. */
export interface ErrorDetails {
  /** Every problem of a refused input. */
  issues?: readonly Issue[];
  /** Seconds after which a refused call is worth trying again. */
  retryAfter?: number;
}

/**
 * An error whose message is meant for the caller. Everything else that is thrown is a defect or an outage: it is masked
 * and logged. `cause` is for the log and never leaves the server.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(shorten(message), options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** What a caller reads of a message, and how many problems of one input are told. */
const MAX_MESSAGE_LENGTH = 1000;
const MAX_ISSUES = 100;

/** A message without more than the beginning of what it may quote: nobody gets megabytes of their input back. */
export function shorten(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}

/** BAD_USER_INPUT with all its problems at once; the first hundred where there are more. */
export function badUserInput(issues: readonly Issue[]): AppError {
  const told = issues.slice(0, MAX_ISSUES).map(({ path, message }) => ({ path, message: shorten(message) }));
  return new AppError('BAD_USER_INPUT', told.map(({ message }) => message).join('; '), { issues: told });
}

/** OVERLOADED: a bounded queue is full; the caller may come back after `retryAfterSeconds`. */
export function overloaded(message: string, retryAfterSeconds: number): AppError {
  return new AppError('OVERLOADED', message, { retryAfter: retryAfterSeconds });
}

/** VECTOR_STORE_UNAVAILABLE: the store does not answer; `cause` goes to the log. */
export function vectorStoreUnavailable(message: string, cause?: unknown): AppError {
  return new AppError('VECTOR_STORE_UNAVAILABLE', message, {}, { cause });
}

/** The two fields that tell a caller what went wrong. Anything but an AppError becomes INTERNAL_SERVER_ERROR. */
export function describeError(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on the server.' };
}

/**
 * A reason not to start: bad configuration, a missing model file, a store of another model. The process prints the
 * message as it is, without a stack, and exits with code 1.
 */
export class StartupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartupError';
  }
}
