import type { Response } from 'undici';
import { FileLockError } from '../../async/file-lock.ts';
import { StartupError } from '../../errors.ts';
import { COMMAND } from '../../package-root.ts';
import { firstLine } from '../model-files.ts';

/** The Hub cannot be reached, or the connection broke. */
export class HubUnreachableError extends Error {
  override readonly name = 'HubUnreachableError';
}

/** The Hub answered with something else than 2xx. */
export class HubResponseError extends Error {
  override readonly name = 'HubResponseError';
  readonly status: number;
  /** `X-Error-Code`: GatedRepo, RepoNotFound, RevisionNotFound, EntryNotFound; '' without one. */
  readonly code: string;
  /** Milliseconds after which the Hub wants to be asked again, if it says so. */
  readonly retryAfterMs: number | undefined;

  constructor({ status, statusText, headers }: Pick<Response, 'status' | 'statusText' | 'headers'>) {
    super(`answered ${status} ${headers.get('x-error-message') ?? statusText}`.trimEnd());
    this.status = status;
    this.code = headers.get('x-error-code') ?? '';
    const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10);
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  }
}

/** What answers at HF_ENDPOINT does not speak as the Hub does: a sign-in page of the network, a wrong address. */
export class HubProtocolError extends Error {
  override readonly name = 'HubProtocolError';

  constructor(problem: unknown) {
    super(firstLine(problem), { cause: problem });
  }
}

/** A failed connection as HubUnreachableError, in the words of what failed; any other error as it is. */
export function toHubError(error: unknown): unknown {
  // fetch fails with a TypeError, before the answer and while its body is read; the cause says why.
  if (!(error instanceof TypeError && error.cause instanceof Error)) return error;
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  const silent = /^UND_ERR_(BODY|HEADERS)_TIMEOUT$/.test(codeOf(cause));
  return new HubUnreachableError(silent ? 'nothing arrived for too long' : firstLine(cause) || codeOf(cause), {
    cause,
  });
}

/** Whether the same request may succeed a moment later: not with a certificate that is refused. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HubUnreachableError)
    return !/^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_INVALID)/.test(codeOf(error.cause));
  return error instanceof HubResponseError && (error.status >= 500 || error.status === 429 || error.status === 408);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
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
  const { id, endpoint, folder } = attempt;
  const because = (message: string) => new StartupError(message, { cause: error });
  if (error instanceof HubResponseError) return because(explainAnswer(error, attempt));
  if (error instanceof HubUnreachableError) {
    return because(
      `${id} cannot be downloaded: ${endpoint} cannot be reached (${error.message}). Without a connection, copy its files ` +
        `into ${folder} (${attempt.fileNames.join(', ')}), or run "${COMMAND} model download ${id}" where there is one and ` +
        'copy that folder; HF_ENDPOINT names a mirror.',
    );
  }
  if (error instanceof HubProtocolError) {
    return because(
      `${id} cannot be downloaded: ${endpoint} does not answer as the Hugging Face Hub does (${error.message}). Check HF_ENDPOINT and what stands between.`,
    );
  }
  if (!(error instanceof FileLockError || (error instanceof Error && 'syscall' in error))) return error;
  return because(`${id} cannot be downloaded into ${folder}. ${explainFileError(error)}`);
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

function explainFileError(error: Error): string {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return `The ${code === 'ENOSPC' ? 'disk is full' : 'disk quota is used up'}. Make room; what has arrived is kept, and the download goes on from there.`;
  }
  const elsewhere = 'MODEL_CACHE_DIR names another folder.';
  if (code === 'EACCES' || code === 'EPERM') return `There is no right to write there; ${elsewhere}`;
  if (code === 'EROFS') return `It can only be read; ${elsewhere}`;
  return `${firstLine(error)}. ${elsewhere}`;
}
