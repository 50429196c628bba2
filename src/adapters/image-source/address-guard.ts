import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';
import { AppError } from '../../errors.ts';
import type { ResolveHost } from './resolve-host.ts';

/** The only IPv6 space that is handed out for the public internet (RFC 4291, IANA's IPv6 address space registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** RFC 6052: what a DNS64 resolver makes of an IPv4 address on a network that only speaks IPv6. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** Platform services that answer under an address that looks public: Azure's agent endpoint. */
const PLATFORM_ADDRESSES: ReadonlySet<string> = new Set(['168.63.129.16']);

/**
 * Whether an IP address belongs to the public internet. Everything that is not plain unicast there is not: private,
 * loopback, link-local (with the metadata services), unique-local, carrier NAT, multicast, broadcast, reserved,
 * documentation and unspecified ranges, 6to4 and Teredo tunnels. IPv4 inside IPv6 (mapped, NAT64) counts as the IPv4
 * address that a connection would end at. Text that is no IP address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return isPublicIPv4(parsed);
  const range = parsed.range();
  if (range === 'ipv4Mapped' || parsed.match(NAT64)) {
    return isPublicIPv4(new ipaddr.IPv4(parsed.toByteArray().slice(12)));
  }
  return range === 'unicast' && parsed.match(GLOBAL_UNICAST);
}

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !PLATFORM_ADDRESSES.has(address.toString());
}

/**
 * The IP address that a URL's host name is, if it is one. `hostname` comes from `URL`, which has already turned every
 * odd form (`0x7f.1`, `2130706433`, full-width digits) into the plain one.
 */
export function addressOfHost(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

/** The one answer for everything that is not public: it says nothing about what is, or is not, behind the address. */
export function forbiddenAddress(): AppError {
  return new AppError(
    'IMAGE_FORBIDDEN',
    'The image is not on the public internet. Give a URL that anyone can open; whoever runs this server can allow private addresses with IMAGE_ALLOW_PRIVATE_NETWORK.',
  );
}

/**
 * The lookup that a socket calls when it connects. What is checked here is what the socket dials: there is no second
 * question to the DNS between the check and the connection, so a name that changes its answer gains nothing.
 *
 * One address that is not public spoils the whole answer. To drop just that one would be as safe, but the outcome would
 * then hang on which address happens to answer, and no public shop publishes private addresses.
 */
export function createGuardedLookup(options: {
  resolveHost: ResolveHost;
  allowPrivateNetwork: boolean;
}): LookupFunction {
  const addressesOf = async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const [first, ...others] = await options.resolveHost(hostname);
    if (first === undefined) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    const allowed = options.allowPrivateNetwork || [first, ...others].every(isPublicAddress);
    if (!allowed) throw forbiddenAddress();
    const withFamily = (address: string): LookupAddress => ({ address, family: isIP(address) });
    return [withFamily(first), ...others.map(withFamily)];
  };
  return (hostname, { all }, callback) => {
    addressesOf(hostname).then(
      (addresses) => (all ? callback(null, addresses) : callback(null, addresses[0].address, addresses[0].family)),
      (error) => callback(error, ''),
    );
  };
}

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
