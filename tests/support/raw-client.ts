import type { Server } from '../../src/server.ts';
import { ORIGIN } from './vitrine.ts';

/** An answer as it came: status, headers, the text of the body, and what JSON makes of it. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  data: unknown;
  errors: { message: string; extensions: { code: string; issues?: { path: unknown[]; message: string }[] } }[];
}

/** Sends a body to the GraphQL endpoint as it is, as no client of ours would. */
export async function sendRaw(
  server: Pick<Server, 'fetch'>,
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
