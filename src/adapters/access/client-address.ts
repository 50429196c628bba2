import ipaddr from 'ipaddr.js';

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
  const forwarded = (options.forwardedFor ?? '').split(',').map((entry) => entry.trim());
  const given = options.trustedProxies > 0 ? forwarded.at(-options.trustedProxies) : undefined;
  return normalise(given) ?? normalise(options.connection) ?? 'unknown';
}

/** One text per caller: IPv4 in IPv6 clothes unwrapped, IPv6 by its /64, which is what one household gets. */
function normalise(address: string | undefined): string | undefined {
  if (!address || !ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6) return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`)}/64`;
  return parsed.toString();
}
