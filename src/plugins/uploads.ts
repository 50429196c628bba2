import { getOperationAST } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';

/**
 * Headers that a page on another site cannot send with a form: for any of them its browser asks first. Those that clients
 * send for this: Apollo's, the name that others have agreed on, Hot Chocolate's and Yoga's.
 */
const PREFLIGHT_HEADERS = [
  'apollo-require-preflight',
  'graphql-require-preflight',
  'graphql-preflight',
  'x-graphql-yoga-csrf',
];

export const NO_PREFLIGHT_MESSAGE = `A form (multipart/form-data) needs a header that a page of another site cannot send unasked: ${PREFLIGHT_HEADERS[0]}: true.`;

/** Whether a request is a form that may bring files. */
export function isMultipart({ headers }: Request): boolean {
  return /^\s*multipart\/form-data\s*(;|$)/i.test(headers.get('content-type') ?? '');
}

/** Whether a browser would have asked before it sent this request for a page of another site. */
export function isPreflighted({ headers }: Request): boolean {
  return PREFLIGHT_HEADERS.some((name) => headers.get(name)?.trim());
}

/** A form is for searches: whatever changes the catalogue comes as JSON. */
export function useSearchesOnlyInForms(): Plugin {
  return {
    onExecute({ args: { document, operationName, contextValue } }) {
      if (!isMultipart(contextValue.request)) return;
      if (getOperationAST(document, operationName)?.operation === 'query') return;
      throw createGraphQLError('A form (multipart/form-data) takes queries only; send mutations as JSON.', {
        extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
      });
    },
  };
}
