import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/**
 * The address a request comes from, as far as it can be trusted: that of the connection, or, behind `trustedProxies`
 * proxies, the entry of X-Forwarded-For that the outermost of them wrote. What stands further left was sent by the
 * caller and could be anything.
 */
export function clientAddress(options: {
  connection: string | undefined;
  forwardedFor: string | null;
  trustedProxies: number;
}): string {
  const { connection, forwardedFor, trustedProxies } = options;
  const given = trustedProxies > 0 ? (forwardedFor ?? '').split(',').at(-trustedProxies)?.trim() : undefined;
  return normalise(given) ?? normalise(connection) ?? 'unknown';
}

/** The longest text of an address: IPv6 with one of IPv4 in it, and a zone. */
const MAX_LENGTH = 64;
/** Texts of addresses as they were normalised: an address sends more than one request. */
const normalised = new LRUCache<string, string>({ max: 2000 });

/** One text per caller: IPv4 in IPv6 clothes unwrapped, IPv6 by its /64, which is what one household gets. */
function normalise(address: string | undefined): string | undefined {
  if (!address || address.length > MAX_LENGTH) return undefined;
  const before = normalised.get(address);
  if (before !== undefined) return before;
  if (!ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.process(address);
  const isV6 = parsed instanceof ipaddr.IPv6;
  const name = isV6 ? `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`)}/64` : parsed.toString();
  normalised.set(address, name);
  return name;
}
