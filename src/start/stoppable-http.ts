import { createServer, type Server as HttpServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** How long the door stays open after the signal: for requests that are on their way already, and for idle connections. */
const LINGER_MS = 200;
/** How often the connections that have had their last answer are looked for. */
const SWEEP_MS = 50;
/** How long what is refused in the end has to leave. */
const FLUSH_MS = 500;
/** How long a stream of new connections may hold it open, before that and after. */
const MAX_TAKING_MS = 2_000;

const REFUSAL_BODY = JSON.stringify({
  errors: [
    {
      message: 'The server is shutting down. Try again in a moment.',
      extensions: { code: 'OVERLOADED', retryAfter: 5 },
    },
  ],
});
const REFUSAL = [
  'HTTP/1.1 503 Service Unavailable',
  'content-type: application/json',
  `content-length: ${Buffer.byteLength(REFUSAL_BODY)}`,
  'retry-after: 5',
  'connection: close',
  '',
  REFUSAL_BODY,
].join('\r\n');

export interface StoppableHttp {
  http: HttpServer;
  /**
   * Ends the server without leaving a request unread: takes what has arrived, lets what runs finish for `graceMs`, answers
   * the rest 503, then closes every connection.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * An HTTP server that does not listen yet. Once `stopping` is aborted every answer closes its connection, since the next
 * request on it would meet a closed door.
 */
export function createStoppableHttp(answer: RequestListener, stopping: AbortSignal): StoppableHttp {
  const sockets = new Set<Socket>();
  const pending = new Set<ServerResponse>();
  let accepted = 0;
  let held: Parameters<RequestListener>[] | undefined;

  const http = createServer((request, response) => {
    pending.add(response);
    response.on('close', () => pending.delete(response));
    if (stopping.aborted) response.shouldKeepAlive = false;
    if (held) held.push([request, response]);
    else answer(request, response);
  });
  http.on('connection', (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  stopping.addEventListener('abort', () => {
    for (const response of pending) response.shouldKeepAlive = false;
  });

  /**
   * Resolves when every connection that waited in the system's queue has been accepted. A turn of the event loop may
   * accept a single one, so the work on requests waits meanwhile, which keeps the turns short.
   */
  async function takeWhatWaits(): Promise<void> {
    const requests: Parameters<RequestListener>[] = [];
    held = requests;
    const endsAt = performance.now() + MAX_TAKING_MS;
    for (let before = -1; before !== accepted && performance.now() < endsAt; ) {
      before = accepted;
      // The first ends the turn that runs already, the second is a whole one.
      await turn();
      await turn();
    }
    held = undefined;
    for (const [request, response] of requests) if (!response.closed) answer(request, response);
  }

  /** Closes the connections on which nothing was asked since their last answer; while others are busy they may still. */
  function dropIdle(): void {
    if (pending.size > 0) return;
    http.closeIdleConnections();
    // To Node a connection is not idle before its first request.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  async function refuseRest(): Promise<void> {
    for (const { headersSent, socket } of pending) {
      // Past the response: one that ended as usual would not abort what still runs for it.
      if (!headersSent) socket?.end(REFUSAL);
    }
    await sleep(FLUSH_MS);
    http.closeAllConnections();
  }

  return {
    http,
    async close(graceMs) {
      const cut = setTimeout(refuseRest, graceMs);
      await takeWhatWaits();
      await sleep(LINGER_MS);
      await takeWhatWaits();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      dropIdle();
      const sweep = setInterval(dropIdle, SWEEP_MS);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}
