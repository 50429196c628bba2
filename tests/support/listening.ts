import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

/** A server of a test's own on a free port of 127.0.0.1. */
export interface ListeningServer {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  close(): void;
}

/** Listens; resolves once it can be asked. Whoever starts it closes it. */
export async function startListening(listener: RequestListener): Promise<ListeningServer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => void server.close() };
}
