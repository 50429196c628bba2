import { QdrantClient, type Schemas } from '@qdrant/js-client-rest';
import { createFastReads } from './fast-reads.ts';
import { UNCOMPRESSED } from './workarounds.ts';

type ClientApi = ReturnType<QdrantClient['api']>;
type FastReads = ReturnType<typeof createFastReads>;
/** Qdrant's REST API, typed from its schema. Each method takes a second argument with the `signal` that aborts it. */
export type QdrantApi = Omit<ClientApi, keyof FastReads> & FastReads;
export type { Schemas };

const DEFAULT_PORT = 6333;

/** `new URL` forgets a port that is its scheme's own, but `https://host:443` means 443 and not Qdrant's 6333. */
function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  const schemePort = protocol === 'https:' ? 443 : 80;
  const authority = url.split('/')[2] ?? '';
  return authority.endsWith(`:${schemePort}`) ? schemePort : DEFAULT_PORT;
}

/**
 * The client for `url` (`http://host:6333`, a path prefix is kept; without a port 6333). It opens no connection yet. The
 * client's own timeout and version check are off: its timeout would replace the signal of a call, and its check logs to
 * the console. The key goes in as a header, since the client warns on the console about a key without TLS.
 */
export function createQdrantApi(options: { url: string; apiKey?: string | undefined }): QdrantApi {
  const { hostname, protocol, pathname } = new URL(options.url);
  const prefix = pathname.replace(/\/+$/, '');
  const headers = { ...(options.apiKey !== undefined && { 'api-key': options.apiKey }), ...UNCOMPRESSED };
  const client = new QdrantClient({
    host: hostname,
    port: portOf(options.url),
    https: protocol === 'https:',
    prefix,
    timeout: Number.POSITIVE_INFINITY,
    checkCompatibility: false,
    headers,
  });
  const url = `${protocol}//${hostname}:${portOf(options.url)}${prefix}`;
  return { ...client.api(), ...createFastReads({ url, headers }) };
}
