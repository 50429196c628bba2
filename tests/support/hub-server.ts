import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINI = fileURLToPath(new URL('../../models/mini', import.meta.url));

export const MODEL_ID = 'Xenova/clip-of-the-test';
export const VISION = 'onnx/vision_model.onnx';
export const TEXT = 'onnx/text_model.onnx';
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A request as the server saw it. */
interface SeenRequest {
  /** Without the query. */
  path: string;
  range: string | undefined;
  authorization: string | undefined;
}

/** What may go wrong; all of it can be changed while the server runs. */
interface Trouble {
  /** Answers every request with this; without a code as a plain status. */
  refuse?: { status: number; code?: string } | undefined;
  /** Ends every connection without an answer. */
  hangUp?: boolean;
  /** So many requests are answered with 503 first. */
  busy?: number;
  /** Cuts the connection after so many bytes of this file, each time until it is set to undefined. */
  cut?: { path: string; after: number } | undefined;
  /** Sends nothing more after so many bytes of this file. */
  silence?: { path: string; after: number } | undefined;
  /** Sends this file with one byte changed. */
  damage?: string | undefined;
  /** Goes on after the end of this file. */
  oversize?: string | undefined;
  /** Answers ranges with the whole file. */
  ignoreRanges?: boolean;
  /** Large files are at this origin, as on the Hub itself. */
  redirectTo?: string | undefined;
  /** Waits before answering for a file. */
  slow?: Promise<void> | undefined;
}

export interface HubServer extends AsyncDisposable {
  origin: string;
  /** By path; changing it is a push to `main`, for which `commit` is to be changed, too. */
  files: Map<string, Buffer>;
  commit: string;
  trouble: Trouble;
  requests: SeenRequest[];
  close(): Promise<void>;
}

/** The bundled model's files, by path. */
export function miniFiles(): Map<string, Buffer> {
  const paths = readdirSync(MINI, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(MINI, path))]));
}

/** Files by the same names, small ones, for everything but loading them. */
export function smallFiles(): Map<string, Buffer> {
  const sizes: Record<string, number> = { [VISION]: 900_000, [TEXT]: 400_000 };
  const content = (path: string) => Buffer.from(`${path} `.repeat((sizes[path] ?? 50) / path.length));
  return new Map([...miniFiles().keys()].map((path) => [path, content(path)]));
}

/** A server that speaks as much of the Hub's API as downloading a model takes, by default with the bundled model in it. */
export async function startHubServer(files = miniFiles()): Promise<HubServer> {
  const requests: SeenRequest[] = [];
  const hub = { files, commit: COMMIT, trouble: {} as Trouble, requests };
  const server = createServer((request, response) => {
    answer(hub, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(hub, { origin: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close });
}

async function answer(
  hub: Pick<HubServer, 'files' | 'commit' | 'trouble' | 'requests'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
  const { range, authorization } = request.headers;
  hub.requests.push({ path, range, authorization });
  const { trouble, commit } = hub;
  if (trouble.hangUp) {
    request.socket.destroy();
    return;
  }
  if (trouble.busy) {
    trouble.busy--;
    return refuse(response, 503);
  }
  if (trouble.refuse) return refuse(response, trouble.refuse.status, trouble.refuse.code);

  const known = [commit, 'main'];
  const info = /^\/api\/models\/(.+)\/revision\/(.+)$/.exec(path);
  const tree = /^\/api\/models\/(.+)\/tree\/([^/]+)$/.exec(path);
  const file = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path);
  const [, id, revision = ''] = info ?? tree ?? file ?? [];
  if (id !== MODEL_ID) return refuse(response, 401, 'RepoNotFound');
  if (!known.includes(revision)) return refuse(response, 404, 'RevisionNotFound');
  if (info) return json(response, { _id: 'x', id, sha: commit, private: false, gated: false, downloads: 0, likes: 0 });
  if (tree) return json(response, [{ type: 'directory', path: 'onnx', size: 0, oid: '' }, ...listing(hub.files)]);
  const content = hub.files.get(file?.[3] ?? '');
  if (!content) return refuse(response, 404, 'EntryNotFound');
  if (trouble.redirectTo && isLarge(content)) {
    response.writeHead(302, { location: trouble.redirectTo + path, 'x-repo-commit': commit });
    response.end();
    return;
  }
  await trouble.slow;
  send(response, file?.[3] ?? '', content, range, trouble);
}

function send(
  response: ServerResponse,
  path: string,
  content: Buffer,
  range: string | undefined,
  trouble: Trouble,
): void {
  const start = trouble.ignoreRanges ? 0 : Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  const partial = range !== undefined && !trouble.ignoreRanges;
  const sent = trouble.oversize === path ? Buffer.concat([content, content]) : Buffer.from(content);
  if (trouble.damage === path) sent[sent.length - 1] = (sent[sent.length - 1] ?? 0) ^ 1;
  response.writeHead(partial ? 206 : 200, {
    'accept-ranges': 'bytes',
    'content-length': sent.length - start,
    etag: `"${isLarge(content) ? sha256(content) : gitBlob(content)}"`,
    ...(partial && { 'content-range': `bytes ${start}-${sent.length - 1}/${sent.length}` }),
  });
  const stop = [trouble.cut, trouble.silence].find((each) => each?.path === path);
  if (!stop || stop.after < start) response.end(sent.subarray(start));
  else response.write(sent.subarray(start, stop.after), () => stop === trouble.cut && response.destroy());
}

function listing(files: ReadonlyMap<string, Buffer>) {
  return [...files].map(([path, content]) => ({
    type: 'file',
    path,
    size: content.length,
    oid: gitBlob(content),
    ...(isLarge(content) && { lfs: { oid: sha256(content), size: content.length, pointerSize: 133 } }),
  }));
}

/** Whether the Hub would keep it outside git. */
function isLarge(content: Buffer): boolean {
  return content.length > 200_000;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The name git gives to the content of a file. */
function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code?: string): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(code && { 'x-error-code': code }) });
  response.end(JSON.stringify({ error: 'refused' }));
}
