import type { ErrorCode as Code } from '../errors.ts';
import { builder } from './builder.ts';

export const ErrorCode = builder.enumType('ErrorCode', {
  description: 'Every error carries one of these in `extensions.code`; nothing else about the inside leaks.',
  values: {
    BAD_USER_INPUT: {
      description: 'The request itself is wrong. `extensions.issues` lists every problem as `{ path, message }`.',
    },
    IMAGE_UNREACHABLE: {
      description: 'The image could not be had: unknown host, refused, timed out, or not answered with 2xx.',
    },
    IMAGE_FORBIDDEN: { description: 'The address, scheme, port or redirect of the image is not allowed here.' },
    IMAGE_TOO_LARGE: { description: 'The image has more bytes or pixels than the server takes.' },
    IMAGE_UNREADABLE: {
      description: 'What came is not an image, is cut short, or is of a kind that is not supported.',
    },
    NOT_FOUND: { description: 'There is nothing by that name.' },
    UNAUTHENTICATED: { description: 'No key was shown, or it is not a valid one.' },
    FORBIDDEN: {
      description: 'The key does not allow this, or this server answers trusted documents alone and this is none.',
    },
    RATE_LIMITED: { description: 'Too many requests. Come back after `extensions.retryAfter` seconds.' },
    OVERLOADED: {
      description: 'The server has all the work it can queue. Come back after `extensions.retryAfter` seconds.',
    },
    VECTOR_STORE_UNAVAILABLE: { description: 'The vector store does not answer. Nothing was lost; try again.' },
    PERSISTED_QUERY_NOT_FOUND: {
      description:
        'No query is known by this hash. Send the query with its hash, once; clients with automatic persisted queries do so by themselves.',
    },
    PERSISTED_QUERY_NOT_SUPPORTED: {
      description:
        'Not a form of persisted queries that is known here: `version` 1 and `sha256Hash` are. Send the query itself.',
    },
    INTERNAL_SERVER_ERROR: {
      description: 'A defect of the server. The log has it under the `x-request-id` of the response.',
    },
  } satisfies Record<Code, { description: string }>,
});
