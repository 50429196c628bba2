import type { TypedDocumentString } from './gql/graphql.ts';

/** What Vitrine refused, or that it did not answer; `code` is that of its errors. */
export class VitrineError extends Error {
  readonly code: string;
  /** Seconds after which it is worth trying again. */
  readonly retryAfter: number | undefined;
  /** Every problem of a wrong input. */
  readonly issues: unknown;

  constructor(code: string, message: string, details: { retryAfter?: number; issues?: unknown } = {}) {
    super(message);
    this.code = code;
    this.retryAfter = details.retryAfter;
    this.issues = details.issues;
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions: { code: string; retryAfter?: number; issues?: unknown } }[];
}

export interface Vitrine {
  /** Resolves to the data of an operation; `photo` takes the place of null in its variable `query.image`. Rejects with VitrineError. */
  ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    options: { signal: AbortSignal; photo?: Blob },
  ): Promise<Data>;
}

/** A client of the endpoint `url`. The key stays on this side: no browser ever sees it. */
export function createVitrine({ url, key }: { url: string; key?: string | undefined }): Vitrine {
  const credentials: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return {
    async ask(document, variables, { signal, photo }) {
      const operation = JSON.stringify({ query: document.toString(), variables });
      const [type, body]: [Record<string, string>, string | FormData] =
        photo === undefined
          ? [{ 'content-type': 'application/json' }, operation]
          : [{ 'apollo-require-preflight': 'true' }, formOf(operation, photo)];
      const answer: Answer<never> = await fetch(url, {
        method: 'POST',
        headers: { ...credentials, ...type },
        body,
        signal,
      })
        .then((response) => response.json())
        .catch((cause) => {
          throw unavailable(cause);
        });
      const [error] = answer.errors ?? [];
      if (error) throw new VitrineError(error.extensions.code, error.message, error.extensions);
      if (!answer.data) throw unavailable('an answer without data');
      return answer.data;
    },
  };
}

function unavailable(cause: unknown): VitrineError {
  return new VitrineError('UNAVAILABLE', `The search service did not answer: ${cause}`);
}

/** A photo beside its operation, by the GraphQL multipart request. */
function formOf(operation: string, photo: Blob): FormData {
  const form = new FormData();
  form.append('operations', operation);
  form.append('map', JSON.stringify({ photo: ['variables.query.image'] }));
  form.append('photo', photo);
  return form;
}
