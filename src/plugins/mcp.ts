import type { Plugin } from 'graphql-yoga';
import type { Access } from '../adapters/access/access.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { runningRequest } from '../logger.ts';
import type { McpFront } from '../mcp/front.ts';
import type { Connection, Identify } from './access.ts';
import { type CorsRules, mayAsk } from './cors.ts';
import { queryValuesProblem } from './operation-limits.ts';
import { toPublicError } from './public-errors.ts';
import { pathOf } from './request-log.ts';
import { isMultipart } from './uploads.ts';

const PATH = '/mcp';

/** Codes of JSON-RPC. */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
/** Of those that JSON-RPC leaves to servers: the request was refused before its message was read. */
const REFUSED = -32000;

interface McpOptions {
  front: McpFront;
  identify: Identify;
  access: Access;
  /** Counts searches on a caller's budget; throws RATE_LIMITED. */
  charge(caller: string, searches: number): Promise<void>;
  /** Reads a body within the server's bounds. */
  readJson(request: Request, connection: Connection): Promise<object>;
  cors: CorsRules;
  publicUrl: string;
}

/**
 * `/mcp`: Streamable HTTP for agents, one message a POST and JSON in return. Who may search may come in. Put it behind the
 * plugins that refuse bodies.
 */
export function useMcp(options: McpOptions): Plugin<object, Connection> {
  const { front, identify, access, charge, readJson } = options;

  // A page always says where it is from when it posts, also to a host that its name was made to point at (DNS rebinding).
  const isForeign = ({ headers }: Request) => {
    const origin = headers.get('origin');
    return origin !== null && origin !== options.publicUrl && !mayAsk(origin, options.cors);
  };

  async function answer(request: Request, connection: Connection): Promise<Response> {
    if (isForeign(request))
      return refusal(403, REFUSED, 'Pages of this origin may not ask here: CORS_ORIGINS names those that may.');
    if (request.method !== 'POST') {
      return refusal(405, REFUSED, 'Agents post their messages here; there is no stream and no session.', {
        allow: 'POST',
      });
    }
    const { caller, name } = identify(request, connection);
    const running = runningRequest();
    const note = (operation: string, code?: ErrorCode) => {
      if (running) Object.assign(running, { note: { operation, kind: 'mcp' }, ...(code && { codes: [code] }) });
    };
    try {
      if (caller instanceof AppError) throw caller;
      access.require(caller, 'search');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      note('mcp', error.code);
      return refusal(401, REFUSED, `${error.code}: ${error.message}`, { 'www-authenticate': 'Bearer' });
    }
    if (isMultipart(request)) return refusal(415, REFUSED, 'The body must be JSON; an image goes in as a data: URL.');

    let message: object;
    try {
      message = await readJson(request, connection);
    } catch (error) {
      const { message, extensions } = toPublicError(error);
      if (extensions.code === 'OVERLOADED') return refusal(503, REFUSED, message, { 'retry-after': '2' });
      return refusal(statusOf(extensions), PARSE_ERROR, message);
    }
    if (Array.isArray(message)) return refusal(400, INVALID_REQUEST, 'One message a request: lists are not taken.');
    const problem = queryValuesProblem(message);
    if (problem !== undefined) return refusal(400, INVALID_REQUEST, problem);
    note(methodOf(message));
    return front(request, message, {
      caller: name,
      signal: request.signal,
      charge: (searches) => charge(name, searches),
      note: ({ operation, code }) => note(operation, code),
    });
  }

  return {
    async onRequest({ request, serverContext, fetchAPI, endResponse }) {
      if (pathOf(request.url) !== PATH) return;
      const response = await answer(request, serverContext);
      // As a text it goes out in one piece, and with its length.
      const body = response.body === null ? null : await response.text();
      const { status, headers } = response;
      endResponse(new fetchAPI.Response(body, { status, headers: Object.fromEntries(headers) }));
    },
  };
}

/** What is logged of a message that calls no tool. */
const MAX_METHOD_LENGTH = 100;

function methodOf(message: object): string {
  const method = 'method' in message ? message.method : undefined;
  return typeof method === 'string' ? method.slice(0, MAX_METHOD_LENGTH) : '(none)';
}

function statusOf({ http }: Record<string, unknown>): number {
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
  return typeof status === 'number' ? status : 500;
}

/** A refusal as JSON-RPC has it, to a message whose id is not known. */
function refusal(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status, headers });
}
