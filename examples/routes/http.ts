import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { VitrineError } from './vitrine.ts';

/** What a route answers; 200 unless it says otherwise. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: object;
}

/** An error that a caller is told with a status of its own. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a body of at most `maxBytes`; HttpError 413 beyond. */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of req) {
    length += chunk.length;
    if (length > maxBytes) throw new HttpError(413, 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function send(res: ServerResponse, { status = 200, headers, body }: Reply): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The statuses of what Vitrine refuses; anything else is a trouble behind us: 502. */
const STATUSES: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  IMAGE_TOO_LARGE: 413,
  IMAGE_UNREADABLE: 422,
  IMAGE_UNREACHABLE: 422,
  IMAGE_FORBIDDEN: 422,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
};

/** What a caller is told of an error. */
export function errorReply(error: unknown): Reply {
  const reply = (status: number, code: string, message: string, more: object = {}) => ({
    status,
    body: { error: { code, message, ...more } },
  });
  if (error instanceof HttpError) return reply(error.status, 'REFUSED', error.message);
  if (error instanceof SyntaxError) return reply(400, 'BAD_USER_INPUT', 'The body must be JSON.');
  if (error instanceof z.ZodError) return reply(400, 'BAD_USER_INPUT', z.prettifyError(error));
  const status = error instanceof VitrineError ? STATUSES[error.code] : undefined;
  if (error instanceof VitrineError && status !== undefined) {
    const { code, message, issues, retryAfter } = error;
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return { ...reply(status, code, message, { issues }), headers };
  }
  // A wrong key is our trouble and none of the caller's: what Vitrine says of it stays here.
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return reply(502, 'UNAVAILABLE', 'The search is away for a moment.');
}
