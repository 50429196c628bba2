import { StartupError } from '../../errors.ts';

/** One entry of IMAGE_ALLOWED_HOSTS. */
export interface HostRule {
  /** As `URL.hostname` writes it, without a final dot. */
  hostname: string;
  /** Whether the entry was `*.hostname`: every name below it, at any depth, but not the name itself. */
  subdomains: boolean;
  /** Undefined: the usual ports of images (see url-rules.ts). */
  port: number | undefined;
}

const ENTRY = /^(\*\.)?(\[[0-9a-f:.]+\]|[^\s/:@?#*[\]\\]+)(?::(\d{1,5}))?$/i;

/**
 * Reads the entries of IMAGE_ALLOWED_HOSTS: `shop.example`, `*.shop.example`, `shop.example:8081`, `[2001:db8::1]`.
 * An entry that is none of these is a StartupError: a rule that quietly matches nothing would look like an outage.
 */
export function parseAllowedHosts(entries: readonly string[]): HostRule[] {
  return entries.map(parseEntry);
}

function parseEntry(entry: string): HostRule {
  const [, wildcard, host, digits] = ENTRY.exec(entry.trim()) ?? [];
  const hostname = host === undefined ? undefined : normaliseHost(host);
  const port = digits === undefined ? undefined : Number(digits);
  if (hostname === undefined || port === 0 || (port !== undefined && port > 65_535)) {
    throw new StartupError(
      `IMAGE_ALLOWED_HOSTS: "${entry}" is not a host. Write host names such as shop.example, *.shop.example or shop.example:8081, separated by commas; leave the setting empty to allow every public host.`,
    );
  }
  return { hostname, subdomains: wildcard !== undefined, port };
}

function normaliseHost(host: string): string | undefined {
  const url = URL.parse(`http://${host}/`);
  return url === null || url.hostname === '' ? undefined : withoutFinalDot(url.hostname);
}

/** `shop.example.` and `shop.example` name the same host. */
export function withoutFinalDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

/** Whether a rule names this host, whatever its port. */
export function matchesHost(rule: HostRule, hostname: string): boolean {
  const name = withoutFinalDot(hostname);
  return rule.subdomains ? name.endsWith(`.${rule.hostname}`) : name === rule.hostname;
}
