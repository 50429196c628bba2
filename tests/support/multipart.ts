import type { Server } from '../../src/server.ts';
import type { RawAnswer } from './raw-client.ts';
import { ORIGIN } from './vitrine.ts';

/** What clients send so that the server takes their forms. */
const PREFLIGHTED = { 'apollo-require-preflight': 'true' };

/** A form as the GraphQL multipart request specification has it: `files` by the place in the variables where each belongs. */
export function formOf(operations: object, files: Record<string, Uint8Array>): FormData {
  const form = new FormData();
  const places = Object.keys(files);
  form.append('operations', JSON.stringify(operations));
  form.append('map', JSON.stringify(Object.fromEntries(places.map((place, index) => [index, [place]]))));
  for (const [index, bytes] of Object.values(files).entries()) {
    form.append(String(index), new Blob([Uint8Array.from(bytes)], { type: 'image/png' }), 'photo.png');
  }
  return form;
}

/** Sends a form to a server without a socket. */
export async function sendForm(
  server: Pick<Server, 'fetch'>,
  form: FormData,
  headers: Record<string, string> = PREFLIGHTED,
): Promise<RawAnswer> {
  const written = new Request(ORIGIN, { method: 'POST', body: form });
  const contentType = written.headers.get('content-type') ?? '';
  return sendFormBody(server, await written.bytes(), { 'content-type': contentType, ...headers });
}

/** Sends what may be a form and may be none. */
async function sendFormBody(
  server: Pick<Server, 'fetch'>,
  body: Uint8Array,
  headers: Record<string, string>,
): Promise<RawAnswer> {
  const response = await server.fetch(`${ORIGIN}/graphql`, { method: 'POST', headers, body: Uint8Array.from(body) });
  const text = await response.text();
  const { data = null, errors = [] } = text === '' ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, data, errors };
}
