import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

/** An error as a client sees it. */
interface ClientError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; issues?: { path: (string | number)[]; message: string }[]; retryAfter?: number };
}

interface Answer<T> {
  data?: T | null;
  errors?: ClientError[];
  response: Response;
}

interface AskOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Sends typed operations as any client would. */
export interface GraphqlClient {
  /** Resolves to data or errors. */
  ask<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: AskOptions,
  ): Promise<Answer<Data>>;
  /** The same, where an error would be a failure of the test. */
  data<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
}

/** A client of the endpoint `url`; `send` is fetch, or a server's own. */
export function createGraphqlClient(
  url: string,
  send: (url: string, init: RequestInit) => Promise<Response>,
  headers: Record<string, string> = {},
): GraphqlClient {
  const ask: GraphqlClient['ask'] = async (document, variables, options = {}) => {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...options.headers },
      body: JSON.stringify({ query: print(document), variables }),
      ...(options.signal && { signal: options.signal }),
    });
    return { ...(await response.json()), response };
  };
  return {
    ask,
    async data(document, variables) {
      const { data, errors } = await ask(document, variables);
      if (errors || !data) throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
      return data;
    },
  };
}
