import { Agent, buildConnector } from 'undici';
import {
  addressOfHost,
  createGuardedLookup,
  forbiddenAddress,
  isPublicAddress,
  type ResolveHost,
} from './address-guard.ts';

const MAX_HEADER_BYTES = 16 * 1024;

export interface ConnectionRules {
  resolveHost: ResolveHost;
  allowPrivateNetwork: boolean;
  /** A connection that stands after its image was given up is dropped after this long. */
  timeoutMs: number;
}

/**
 * Opens sockets to allowed addresses only. Names are checked by the lookup of the socket itself; a host that is an IP
 * address never reaches a lookup, so it is checked before.
 */
export function createGuardedConnector({
  resolveHost,
  allowPrivateNetwork,
  timeoutMs,
}: ConnectionRules): buildConnector.connector {
  const connect = buildConnector({
    lookup: createGuardedLookup({ resolveHost, allowPrivateNetwork }),
    timeout: timeoutMs,
    allowH2: false,
  });
  return (options, callback) => {
    const address = addressOfHost(options.hostname);
    if (address !== undefined && !allowPrivateNetwork && !isPublicAddress(address)) callback(forbiddenAddress(), null);
    else connect(options, callback);
  };
}

/**
 * The HTTP client of the image source: its own pool, HTTP/1.1, small headers. An `Agent` made here knows no proxy:
 * HTTP_PROXY and the like are not read, since a proxy would resolve names behind the guard's back. Sockets per host are not
 * limited here: a connection that hangs would hold up the next image of its host, and the image source bounds them all.
 */
export function createGuardedAgent(rules: ConnectionRules): Agent {
  return new Agent({
    connect: createGuardedConnector(rules),
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    // One clock only: the deadline of the image aborts the request, whatever it waits for.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
