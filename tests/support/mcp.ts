import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type CallToolResult, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Server } from '../../src/server.ts';

/** An agent's connection, by the official client. */
export interface Agent {
  client: Client;
  /** Calls a tool; what it answers has been checked against its output schema by the client. */
  call(name: string, catalog: object): Promise<CallToolResult>;
  close(): Promise<void>;
}

/** Connects to `origin`/mcp; `mode` is how client and server agree on a revision of the protocol. */
export async function connectAgent(
  origin: string,
  options: { headers?: Record<string, string>; mode?: 'legacy' | 'auto' } = {},
): Promise<Agent> {
  const { headers = {}, mode = 'legacy' } = options;
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', origin), { requestInit: { headers } }));
  // From here on the client knows the output schemas.
  await client.listTools();
  return {
    client,
    call: (name, catalog) => client.callTool({ name, arguments: { catalog } }),
    close: () => client.close(),
  };
}

/** Puts a server on a free port of this machine. */
export async function listen(server: Server): Promise<{ origin: string; close(): void }> {
  const http = createHttpServer(server).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      http.close();
      http.closeAllConnections();
    },
  };
}
