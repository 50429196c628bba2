import { GraphQLError } from 'graphql';
import { ReceivedFile } from '../adapters/image-source/received-images.ts';
import { builder } from './builder.ts';

/**
 * Which texts are acceptable URLs is the business of the input that carries them: a scalar that refuses one would fail
 * a batch of products as a whole, where only one product is bad.
 */
function parseText(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError('A URL or a DateTime must be a text.');
  return value;
}

builder.scalarType('URL', {
  description: 'An absolute http(s) URL. `SearchInput.imageUrl` alone also takes `data:image/…;base64,…`.',
  serialize: (value) => value,
  parseValue: parseText,
});

builder.scalarType('DateTime', {
  description: 'A moment in time, RFC 3339 in UTC, such as `2026-01-31T12:00:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value,
  parseValue: parseText,
});

builder.scalarType('Upload', {
  description:
    'A file, sent by the GraphQL multipart request specification, with the header `apollo-require-preflight: true`.',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
  serialize: () => {
    throw new TypeError('a file is never part of an answer');
  },
  parseValue: (value) => {
    if (value instanceof ReceivedFile) return value;
    throw new GraphQLError('An Upload must be a file of a multipart request.');
  },
});
