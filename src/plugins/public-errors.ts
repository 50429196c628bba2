import { GraphQLError } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { AppError, ERROR_CODES } from '../errors.ts';

const PUBLIC_CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

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
  if (origin instanceof AppError) return rewrite(error, origin.message, { code: origin.code, ...origin.details });
  if (!(origin instanceof GraphQLError) || origin.extensions.unexpected) {
    const extensions = { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } };
    return rewrite(error, 'Something went wrong on the server.', extensions);
  }
  if (PUBLIC_CODES.has(origin.extensions.code)) return origin;
  const { http } = origin.extensions;
  return rewrite(error, origin.message, { code: 'BAD_USER_INPUT', ...(http === undefined ? {} : { http }) });
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
