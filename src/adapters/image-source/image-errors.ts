import { AppError } from '../../errors.ts';

const PAUSE_MS = 200;

/** A failure that another try may cure, `pauseMs` later. */
export class PassingFailure extends AppError {
  readonly pauseMs: number;

  constructor(message: string, pauseMs: number, cause?: unknown) {
    super('IMAGE_UNREACHABLE', message, {}, { cause });
    this.pauseMs = pauseMs;
  }
}

/** IMAGE_UNREACHABLE; `cause` is for the log only: it can hold addresses that are nobody's business. */
export function unreachable(message: string, cause?: unknown): AppError {
  return new AppError('IMAGE_UNREACHABLE', message, {}, { cause });
}

/** The deadline of an image has passed. */
export function tooSlow(timeoutMs: number): AppError {
  return unreachable(
    `The image did not arrive within ${timeoutMs} ms. Check that its address answers, or raise IMAGE_TIMEOUT_MS.`,
  );
}

/** IMAGE_TOO_LARGE with the limit in words. */
export function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'IMAGE_TOO_LARGE',
    `The image is larger than ${inWords(maxBytes)}, the most that this server takes. Use a smaller version of it.`,
  );
}

function inWords(bytes: number): string {
  for (const unit of [1024 * 1024, 1_000_000]) if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} MB`;
  for (const unit of [1024, 1000]) if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} KB`;
  return `${bytes} bytes`;
}

/** Failures that come again on every try, by the code of undici, OpenSSL or the resolver, or by name where there is none. */
const LASTING: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|ENODATA|EBADNAME)$/, "The host of the image's URL does not exist; check the spelling of the URL."],
  [/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS/, "The TLS certificate of the image's host is not valid for it."],
  [/^(EPROTO|ERR_SSL)/, 'The host of the image does not speak TLS in a way that this server understands.'],
  [/^UND_ERR_HEADERS_OVERFLOW$/, "The image's host answered with too many headers."],
  [/^HTTPParserError$/, "The image's host did not answer with valid HTTP."],
];

/** What a failed connection or a broken body means; a PassingFailure where another try may cure it. */
export function connectionFailure(error: unknown): AppError {
  const code = codeOf(error);
  const lasting = LASTING.find(([pattern]) => pattern.test(code));
  if (lasting !== undefined) return unreachable(lasting[1], error);
  return new PassingFailure(describePassing(code, error), PAUSE_MS, error);
}

/**
 * What a status outside 200–299 means; a PassingFailure for 429 and 5xx, with the pause that a Retry-After in seconds
 * asks for.
 */
export function statusFailure(status: number, retryAfter: string | string[] | undefined): AppError {
  const message = `The image's address answered with HTTP status ${status}; check that the URL opens for anyone, without signing in.`;
  if (status !== 429 && status < 500) return unreachable(message);
  const seconds = typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : 0;
  return new PassingFailure(message, Math.max(PAUSE_MS, seconds * 1000));
}

function describePassing(code: string, error: unknown): string {
  if (error instanceof Error && 'syscall' in error && /^query/.test(String(error.syscall))) {
    return "The name of the image's host could not be looked up; try again later.";
  }
  return code === 'ECONNREFUSED'
    ? "The image's host refuses connections; check the host and port of the URL."
    : "The connection to the image's host failed or broke off; try again later.";
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
