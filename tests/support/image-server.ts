import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A PNG of one red pixel. */
export const RED_PIXEL: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

/** An image by its first bytes, `size` bytes long. */
export function paddedImage(size: number): Uint8Array {
  return Buffer.concat([RED_PIXEL, Buffer.alloc(size - RED_PIXEL.length)]);
}

export interface ImageServer {
  port: number;
  /** `http://127.0.0.1:<port><path>` */
  url(path: string): string;
  /** The paths asked for, in order. */
  requests: string[];
  /** Headers of the last request. */
  lastHeaders(): IncomingMessage['headers'];
  /** How many sockets were ever opened. */
  connectionCount(): number;
  /** Resolves when no socket is open any more. */
  idle(): Promise<void>;
  /** Answers the requests for `/held.png` that wait, with an image. */
  release(): void;
  /** Resolves when the next request for `path` has come in. */
  asked(path: string): Promise<void>;
  close(): Promise<void>;
}

type Route = (response: ServerResponse, request: IncomingMessage, url: URL) => void;

const redirectTo =
  (status: number): Route =>
  (response, _, url) =>
    response.writeHead(status, { location: url.searchParams.get('to') ?? '' }).end('moved');

/** How often each path that changes its answer was asked. */
function createRoutes(timesAsked: (path: string) => number, held: ServerResponse[]): Record<string, Route> {
  const okAfterFirst =
    (fail: Route): Route =>
    (response, request, url) =>
      timesAsked(url.pathname) === 1 ? fail(response, request, url) : response.end(RED_PIXEL);
  return {
    '/ok.png': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(RED_PIXEL),
    '/wrong-type.png': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(RED_PIXEL),
    '/no-length.png': (response) => {
      response.write(RED_PIXEL.subarray(0, 20));
      response.end(RED_PIXEL.subarray(20));
    },
    '/page.png': (response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end('<!DOCTYPE html><title>Sign in</title>'),
    '/endless-page': (response) => endless(response, Buffer.from('<!DOCTYPE html><p>more and more'.repeat(40))),
    '/empty': (response) => response.end(),
    '/redirect': redirectTo(302),
    '/permanent': redirectTo(308),
    '/nowhere': (response) => response.writeHead(302).end(),
    '/endless-redirect': (response) => {
      response.writeHead(302, { location: '/ok.png' });
      endless(response, Buffer.alloc(1000));
    },
    '/hop': (response, _, url) => {
      const left = Number(url.searchParams.get('left'));
      response.writeHead(302, { location: left > 0 ? `/hop?left=${left - 1}` : '/ok.png' }).end();
    },
    '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
    '/silent': () => {},
    '/held.png': (response) => held.push(response),
    '/late.png': (response) => {
      setTimeout(() => response.end(RED_PIXEL), 500);
    },
    '/slow-body': (response) => {
      response.write(RED_PIXEL);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    },
    '/endless.png': (response) => {
      response.write(RED_PIXEL);
      endless(response, Buffer.alloc(16 * 1024));
    },
    '/big.png': (response, _, url) => response.end(paddedImage(Number(url.searchParams.get('bytes')))),
    '/claims-big': (response) => {
      response.writeHead(200, { 'content-length': '5000000000' });
      response.write(RED_PIXEL);
    },
    '/gzip-bomb': (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(paddedImage(10_000_000))),
    '/404': (response) => response.writeHead(404).end('no such thing'),
    '/always-500': (response) => response.writeHead(500).end('broken'),
    '/500-once': okAfterFirst((response) => response.writeHead(500).end('broken')),
    '/reset-once': okAfterFirst((response) => response.socket?.resetAndDestroy()),
    '/429-once': okAfterFirst((response) => response.writeHead(429).end()),
    '/429-for-long': (response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
    '/truncated': (response) => {
      response.writeHead(200, { 'content-length': String(RED_PIXEL.length) });
      response.write(RED_PIXEL.subarray(0, 30), () => response.socket?.destroy());
    },
    '/reset': (response) => response.socket?.resetAndDestroy(),
    '/many-headers': (response) => response.writeHead(200, { 'x-filler': 'y'.repeat(40_000) }).end(RED_PIXEL),
    '/not-http': (response) => response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'),
  };
}

/** Writes `chunk` again and again, as fast as it is read, until the client goes away. */
function endless(response: ServerResponse, chunk: Uint8Array): void {
  const more = () => {
    while (!response.destroyed && response.write(chunk)) {
      // The socket takes more at once.
    }
  };
  response.on('drain', more);
  more();
}

/** Starts a server on 127.0.0.1 that answers as well, and as badly, as the hosts of images do. */
export async function startImageServer(): Promise<ImageServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const waiting: { done: () => boolean; resolve: () => void }[] = [];
  let connections = 0;
  let headers: IncomingMessage['headers'] = {};
  const timesAsked = (path: string) => requests.filter((asked) => asked === path).length;
  const held: ServerResponse[] = [];
  const routes = createRoutes(timesAsked, held);

  const notify = () => {
    for (const { done, resolve } of waiting) if (done()) resolve();
  };
  const until = (done: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting.push({ done, resolve });
      notify();
    });

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(url.pathname);
    headers = request.headers;
    notify();
    const route = routes[url.pathname];
    if (route) route(response, request, url);
    else response.writeHead(404).end();
  });
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      notify();
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test server has no port');
  const { port } = address;

  return {
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    requests,
    lastHeaders: () => headers,
    connectionCount: () => connections,
    idle: () => until(() => sockets.size === 0),
    release: () => {
      for (const response of held.splice(0)) response.end(RED_PIXEL);
    },
    asked: (path) => {
      const before = timesAsked(path);
      return until(() => timesAsked(path) > before);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
