import { GraphQLError } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { AppError, ERROR_CODES, type ErrorCode, shorten } from '../errors.ts';

interface HttpExtensions {
  spec: true;
  status?: number;
  headers?: Record<string, string>;
}

/** What refuses a request before anything of it runs, and the HTTP status that says so. */
const REFUSALS: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, RATE_LIMITED: 429 };

const PUBLIC_CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/**
 * An error of ours as a resolver's would arrive, for plugins that refuse an operation before it runs: so the one place
 * that maps errors needs no second case.
 */
export function asGraphQLError(error: AppError): GraphQLError {
  return createGraphQLError(error.message, { originalError: error });
}

/** The error that was thrown first, under the GraphQL errors wrapped around it. */
export function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originOf(error.originalError) : error;
}

/**
 * What a caller gets to see of an error: its message and a code of the contract, where it was meant for the caller;
 * otherwise a plain INTERNAL_SERVER_ERROR. What GraphQL itself refuses (syntax, unknown fields, wrong types, a body
 * that is no JSON) is BAD_USER_INPUT.
 */
export function toPublicError(error: unknown): GraphQLError {
  const origin = originOf(error);
  if (origin instanceof AppError) {
    const http = httpOf(origin);
    return rewrite(error, origin.message, { code: origin.code, ...origin.details, ...(http && { http }) });
  }
  if (!(origin instanceof GraphQLError) || origin.extensions.unexpected) {
    const extensions = { code: 'INTERNAL_SERVER_ERROR', http: { spec: true, status: 500 } };
    return rewrite(error, 'Something went wrong on the server.', extensions);
  }
  // Ours already, and as it should be.
  if (PUBLIC_CODES.has(origin.extensions.code)) return origin;
  const { http } = origin.extensions;
  return rewrite(error, shorten(origin.message), { code: 'BAD_USER_INPUT', ...(http === undefined ? {} : { http }) });
}

/**
 * The status of what refuses a request as a whole. `spec`: only for clients that accept application/graphql-response+json;
 * others expect 200 whenever there is a GraphQL answer.
 */
function httpOf({ code, details }: AppError): HttpExtensions | undefined {
  const status = REFUSALS[code];
  const headers = details.retryAfter === undefined ? undefined : { 'retry-after': String(details.retryAfter) };
  if (status === undefined && headers === undefined) return undefined;
  return { spec: true, ...(status !== undefined && { status }), ...(headers && { headers }) };
}

/** An error of the same place in the document, with another message and extensions. */
function rewrite(error: unknown, message: string, extensions: GraphQLError['extensions']): GraphQLError {
  if (!(error instanceof GraphQLError)) return createGraphQLError(message, { extensions });
  const { nodes = null, path = null, source = null, positions = null } = error;
  return createGraphQLError(message, { nodes, path, source, positions, extensions });
}

/** Gives every error of a result its public form, those of parsing and validation included. */
export function usePublicErrors(): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (!result || Array.isArray(result) || !('errors' in result) || !result.errors) return;
      setResult({ ...result, errors: result.errors.map(toPublicError) });
    },
  };
}
