import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { routes } from './routes.ts';
import { Refusal, readBody } from './shapes.ts';
import { createStorage, type Storage } from './storage.ts';

/** What goes wrong with a request instead of, or after, being carried out. */
export type Fault =
  /** The connection closes without an answer; with `afterwards`, once the request has been carried out. */
  | { close: 'before' | 'afterwards' }
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** No answer until the double is closed. */
  | { hang: true };

export interface DoubleOptions {
  /** Default: one that is free. */
  port?: number;
  /** Default: an empty one. A second double with the storage of the first is the same server, started again. */
  storage?: Storage;
  version?: string;
  /** With a key, every request has to show it. */
  apiKey?: string;
  readOnlyApiKey?: string;
  /** `refuse` (default) catches misspelt requests; `ignore` is what the real one does. */
  unknownFields?: 'refuse' | 'ignore';
}

/** A Qdrant for tests: an HTTP server in this process that computes real answers. */
export interface QdrantDouble {
  readonly url: string;
  readonly port: number;
  readonly storage: Storage;
  /** `METHOD /path?query` of every request, in order. */
  readonly requests: string[];
  /** Asked for every request; what it returns goes wrong. */
  fault: (method: string, path: string) => Fault | undefined;
  /** Closes every connection that waits for its next request, as the real one does after 5 s, without a word before. */
  closeIdle(): void;
  close(): Promise<void>;
}

const QUERY_PARAMETERS = new Set(['wait', 'ordering']);
const READS = /\/(query|query\/batch|count|facet|points)$/;

function send(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  const type = { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, ...headers }).end(JSON.stringify(body));
}

/** A bad key is answered with a bare JSON string, unlike every other error. */
function authorise(request: IncomingMessage, path: string, { apiKey, readOnlyApiKey }: DoubleOptions): void {
  if (apiKey === undefined) return;
  const shown = request.headers['api-key'];
  if (shown === undefined) throw new Refusal(401, '', 'Must provide an API key or an Authorization bearer token');
  if (shown === apiKey) return;
  if (shown !== readOnlyApiKey) throw new Refusal(401, '', 'Invalid API key or JWT');
  const isRead = request.method === 'GET' || (request.method === 'POST' && READS.test(path));
  if (!isRead) throw new Refusal(403, 'Forbidden: Global manage access is required');
}

/** The handler of a path and the name in it. */
function route(method: string, path: string) {
  const parts = path.split('/');
  for (const [pattern, handler] of Object.entries(routes)) {
    const [wantedMethod, wantedPath = ''] = pattern.split(' ');
    const wanted = wantedPath.split('/');
    const fits = wanted.every((part, index) => part === '*' || part === parts[index]);
    if (wantedMethod !== method || wanted.length !== parts.length || !fits) continue;
    return { handler, name: decodeURIComponent(parts[wanted.indexOf('*')] ?? '') };
  }
  return undefined;
}

/** Starts a double on the loopback address. */
export async function createQdrantDouble(options: DoubleOptions = {}): Promise<QdrantDouble> {
  const { storage = createStorage(), version = '1.18.3', unknownFields = 'refuse' } = options;

  function carryOut(request: IncomingMessage, url: URL, body: string): unknown {
    const { method = 'GET' } = request;
    authorise(request, url.pathname, options);
    if (url.pathname === '/') return { title: 'qdrant - vector search engine', version, commit: 'double' };
    const found = route(method, url.pathname);
    const isStrange = [...url.searchParams.keys()].some((key) => !QUERY_PARAMETERS.has(key));
    if (found === undefined || isStrange) throw new Refusal(404, `Not found: ${method} ${url} in the double`);
    const { handler, name } = found;
    return { result: handler({ storage, name, read: (shape) => readBody(shape, body, unknownFields) }), status: 'ok' };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://double');
    double.requests.push(`${request.method} ${request.url}`);
    const fault = double.fault(request.method ?? '', url.pathname) ?? { close: 'never' };
    const body = await text(request);
    if ('hang' in fault) return;
    if ('status' in fault) return send(response, fault.status, fault.body ?? {}, fault.headers);
    if (fault.close === 'before') return void request.socket.destroy();
    try {
      const answered = carryOut(request, url, body);
      if (fault.close === 'afterwards') request.socket.destroy();
      else send(response, 200, answered);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, String(error));
      send(response, refusal.status, refusal.body);
    }
  }

  // Without a time-out of its own, node does not announce one in its answers; the real server does not either.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const double: QdrantDouble = {
    url: `http://127.0.0.1:${port}`,
    port,
    storage,
    requests: [],
    fault: () => undefined,
    closeIdle: () => server.closeIdleConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return double;
}
