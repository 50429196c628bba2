import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createStorage, type Storage } from './collection.ts';
import { forbidden, HttpFailure, notFound, unauthorised } from './errors.ts';
import { parseJsonBody } from './json-body.ts';
import { createTieOrder } from './ranking.ts';
import { routes } from './routes.ts';
import { type PointId, readBody } from './shapes.ts';

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
  /** With a key, every request but those for health has to show it. */
  apiKey?: string;
  readOnlyApiKey?: string;
  /** A connection idle for this long is closed, without a word about it beforehand. Default 5000, as the real one. */
  idleTimeoutMs?: number;
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
  /** Ids that come first, in this order, among equal scores; the order of others is arbitrary, as with the real one. */
  firstAmongEquals: readonly PointId[];
  /** Resolves when a connection has been closed for being idle. */
  idleClosed(): Promise<void>;
  close(): Promise<void>;
}

const QUERY_PARAMETERS = new Set(['wait', 'ordering']);
const HEALTH: Record<string, string> = {
  '/healthz': 'healthz check passed',
  '/readyz': 'all shards are ready',
  '/livez': 'healthz check passed',
};

function send(response: ServerResponse, status: number, type: string, body: string, headers = {}): void {
  // A connection header of our own keeps node from announcing the idle timeout, which the real server does not do.
  response.writeHead(status, { 'content-type': type, connection: 'keep-alive', ...headers }).end(body);
}

function authorise(request: IncomingMessage, isWrite: boolean, options: DoubleOptions): void {
  const { apiKey, readOnlyApiKey } = options;
  if (apiKey === undefined) return;
  const shown = request.headers['api-key'];
  if (shown === undefined) throw unauthorised('Must provide an API key or an Authorization bearer token');
  if (shown === apiKey) return;
  if (shown !== readOnlyApiKey) throw unauthorised('Invalid API key or JWT');
  if (isWrite) throw forbidden();
}

/** The handler of a path and its variable parts. */
function route(method: string, path: string) {
  const parts = path.split('/').slice(1);
  for (const [pattern, handler] of Object.entries(routes)) {
    const [wantedMethod, wantedPath = ''] = pattern.split(' ');
    const wanted = wantedPath.split('/').slice(1);
    const fits = wanted.every((part, index) => part === '*' || part === parts[index]);
    if (wantedMethod !== method || wanted.length !== parts.length || !fits) continue;
    const [name = '', id = ''] = parts.filter((_, index) => wanted[index] === '*').map(decodeURIComponent);
    return { handler, name, id };
  }
  return undefined;
}

const READS = /\/(query|query\/batch|query\/groups|scroll|count|facet|points)$/;

/** Starts a double on the loopback address. */
export async function createQdrantDouble(options: DoubleOptions = {}): Promise<QdrantDouble> {
  const { storage = createStorage(), version = '1.18.3', idleTimeoutMs = 5000, unknownFields = 'refuse' } = options;
  const sockets = new Set<Socket>();
  let onIdleClosed = Promise.withResolvers<void>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const { pathname, searchParams } = new URL(url, 'http://double');
    double.requests.push(`${method} ${url}`);
    const fault = double.fault(method, pathname);
    const body = await text(request);
    if (fault !== undefined && 'hang' in fault) return;
    if (fault !== undefined && 'status' in fault) {
      return send(response, fault.status, 'application/json', JSON.stringify(fault.body ?? {}), fault.headers);
    }
    if (fault?.close === 'before') return void request.socket.destroy();
    const health = HEALTH[pathname];
    if (health !== undefined) return send(response, 200, 'text/plain', health);
    authorise(request, method !== 'GET' && !(method === 'POST' && READS.test(pathname)), options);
    let answered: unknown;
    if (pathname === '/') {
      answered = { title: 'qdrant - vector search engine', version, commit: 'double' };
    } else {
      const found = route(method, pathname);
      const strange = [...searchParams.keys()].find((key) => !QUERY_PARAMETERS.has(key));
      if (found === undefined || strange !== undefined) throw notFound(`${method} ${url} in the double`);
      const { handler, name, id } = found;
      const json = body === '' ? undefined : parseJsonBody(body);
      const result = handler({
        storage,
        name,
        id,
        read: (shape) => readBody(shape, json, unknownFields),
        ties: createTieOrder(double.firstAmongEquals),
      });
      answered = { result, status: 'ok', time: 0.0001 };
    }
    if (fault?.close === 'afterwards') return void request.socket.destroy();
    send(response, 200, 'application/json', JSON.stringify(answered));
  }

  const server: Server = createServer((request, response) => {
    const { socket } = request;
    socket.setTimeout(0);
    response.on('finish', () => socket.setTimeout(idleTimeoutMs));
    answer(request, response).catch((error: unknown) => {
      const failure = error instanceof HttpFailure ? error : new HttpFailure(500, { status: { error: String(error) } });
      send(response, failure.status, 'application/json', JSON.stringify(failure.body));
    });
  });
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('timeout', () => {
      socket.destroy();
      onIdleClosed.resolve();
      onIdleClosed = Promise.withResolvers();
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const double: QdrantDouble = {
    url: `http://127.0.0.1:${port}`,
    port,
    storage,
    requests: [],
    fault: () => undefined,
    firstAmongEquals: [],
    idleClosed: () => onIdleClosed.promise,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return double;
}
