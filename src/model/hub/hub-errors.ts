import { StartupError } from '../../errors.ts';
import { formatBytes } from './format-bytes.ts';

/** The Hub cannot be reached, or the connection broke. */
export class HubUnreachableError extends Error {
  /** Whether trying again may help: not with a certificate that is refused. */
  readonly transient: boolean;

  constructor(problem: string, options: ErrorOptions & { transient: boolean }) {
    super(problem, options);
    this.name = 'HubUnreachableError';
    this.transient = options.transient;
  }
}

/** The Hub answered with something else than 2xx. */
export class HubResponseError extends Error {
  readonly status: number;
  /** `X-Error-Code`: GatedRepo, RepoNotFound, RevisionNotFound, EntryNotFound; '' without one. */
  readonly code: string;
  /** Milliseconds after which the Hub wants to be asked again, if it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(response: Response) {
    super(`answered ${response.status} ${response.headers.get('x-error-message') ?? response.statusText}`.trimEnd());
    this.name = 'HubResponseError';
    this.status = response.status;
    this.code = response.headers.get('x-error-code') ?? '';
    const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  }
}

/** What answers at HF_ENDPOINT does not speak as the Hub does: a sign-in page of the network, a wrong address. */
export class HubProtocolError extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.name = 'HubProtocolError';
  }
}

/** Whether the same request may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HubUnreachableError) return error.transient;
  return error instanceof HubResponseError && (error.status >= 500 || error.status === 429 || error.status === 408);
}

/** What was being downloaded when it went wrong. */
export interface Attempt {
  id: string;
  revision: string | undefined;
  endpoint: string;
  hasToken: boolean;
  /** Where the files were to go. */
  folder: string;
  /** Names of the files, for people who bring them by hand. */
  fileNames: readonly string[];
}

/** One line that says what to do, as a StartupError; what is no problem of a download comes back as it is. */
export function explainDownloadError(error: unknown, attempt: Attempt): unknown {
  const { id, endpoint, folder, fileNames } = attempt;
  if (error instanceof HubResponseError) return new StartupError(explainAnswer(error, attempt), { cause: error });
  if (error instanceof HubUnreachableError) {
    const byHand =
      `Without a connection, copy its files into ${folder} (${fileNames.join(', ')}), ` +
      `or run "vitrine model download ${id}" where there is one and copy that folder`;
    return new StartupError(
      `${id} cannot be downloaded: ${endpoint} cannot be reached (${error.message}). ${byHand}; HF_ENDPOINT names a mirror.`,
      { cause: error },
    );
  }
  if (error instanceof HubProtocolError) {
    return new StartupError(
      `${id} cannot be downloaded: ${endpoint} does not answer as the Hugging Face Hub does (${error.message}). Check HF_ENDPOINT and what stands between.`,
      { cause: error },
    );
  }
  return isSystemError(error) ? explainSystemError(error, attempt) : error;
}

function explainAnswer(error: HubResponseError, { id, revision, endpoint, hasToken }: Attempt): string {
  const page = `${endpoint}/${id}`;
  if (error.code === 'GatedRepo') {
    return hasToken
      ? `${id} is gated, and the account of HF_TOKEN has no access yet. Accept its licence at ${page} with that account, then try again.`
      : `${id} is gated. Accept its licence at ${page} and set HF_TOKEN to a token of that account.`;
  }
  if (error.code === 'RevisionNotFound') return `${id} has no revision "${revision}" at ${endpoint}.`;
  if (error.status === 403) {
    return `${endpoint} refuses access to ${id}. Accept its licence at ${page} if it has one, and set HF_TOKEN to a token that may read it.`;
  }
  // Without a token the Hub answers 401 for models that do not exist, too.
  if (error.status === 401) {
    return hasToken
      ? `${endpoint} refuses HF_TOKEN for ${id}. Check the token, and that the model exists and its account may read it.`
      : `There is no public model ${id} at ${endpoint}. Check the name; for a private or gated one, accept its licence at ${page} and set HF_TOKEN.`;
  }
  if (error.status === 404 && error.code !== 'EntryNotFound') {
    const private_ = hasToken ? 'or the account of HF_TOKEN may not see it' : 'or it is private and needs HF_TOKEN';
    return `There is no model ${id} at ${endpoint}, ${private_}. Check the name.`;
  }
  return `${id} cannot be downloaded: ${endpoint} ${error.message}. What has arrived is kept; try again later.`;
}

function explainSystemError(error: NodeJS.ErrnoException, { id, folder }: Attempt): StartupError {
  const advice =
    {
      ENOSPC: 'The disk is full. Make room; what has arrived is kept, and the download goes on from there.',
      EDQUOT: 'The disk quota is used up. Make room; what has arrived is kept, and the download goes on from there.',
      EACCES: 'There is no right to write there; MODEL_CACHE_DIR names another folder.',
      EPERM: 'There is no right to write there; MODEL_CACHE_DIR names another folder.',
      EROFS: 'It can only be read; MODEL_CACHE_DIR names another folder.',
    }[error.code ?? ''] ?? `${error.message}.`;
  return new StartupError(`${id} cannot be downloaded into ${folder}. ${advice}`, { cause: error });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** A file that is not what the Hub says; nothing of it is left. */
export function wrongChecksum(id: string, path: string, expected: string, actual: string): StartupError {
  return new StartupError(
    `${path} of ${id} arrived damaged: its checksum is ${actual}, the Hub says ${expected}. It has been deleted; download it again.`,
  );
}

/** A file that goes on after its end. */
export function tooLarge(id: string, path: string, size: number): StartupError {
  return new StartupError(
    `${path} of ${id} is larger than the ${formatBytes(size)} that the Hub says. It has been deleted; download it again.`,
  );
}
