import { ORIGIN } from './vitrine.ts';

/** An answer as it came: status, headers, the text of the body, and what JSON makes of it. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  data: unknown;
  errors: { message: string; extensions: { code: string; issues?: { path: unknown[]; message: string }[] } }[];
}

/** What takes a request: a server without its socket, or one that listens. */
interface Receiver {
  fetch(url: string, init: RequestInit): Response | Promise<Response>;
}

/** A server that listens at `origin`, to be asked as if it were at ORIGIN. */
export function receiverAt(origin: string): Receiver {
  return { fetch: (url, init) => fetch(url.replace(ORIGIN, origin), init) };
}

/** Sends a body to the GraphQL endpoint as it is, as no client of ours would. */
export async function sendRaw(
  server: Receiver,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const response = await server.fetch(`${ORIGIN}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const { data = null, errors = [] } = text === '' ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, data, errors };
}
