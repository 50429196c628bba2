import { AppError, StartupError } from '../../errors.ts';
import { addressOfHost, forbiddenAddress, isPublicAddress } from './address-guard.ts';

/** One entry of IMAGE_ALLOWED_HOSTS. */
export interface HostRule {
  /** As `URL.hostname` writes it, without a final dot. */
  hostname: string;
  /** Whether the entry was `*.hostname`: every name below it, at any depth, but not the name itself. */
  subdomains: boolean;
  /** Undefined: the usual ports of images. */
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
function withoutFinalDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

/** Whether a rule names this host, whatever its port. */
function matchesHost(rule: HostRule, hostname: string): boolean {
  const name = withoutFinalDot(hostname);
  return rule.subdomains ? name.endsWith(`.${rule.hostname}`) : name === rule.hostname;
}

export interface UrlRules {
  /** Empty: every public host. */
  allowedHosts: readonly HostRule[];
  allowPrivateNetwork: boolean;
}

const MAX_URL_LENGTH = 8192;
const USUAL_PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);
/** Names that only a private network answers; to ask its resolver would tell a caller which of them exist. */
const PRIVATE_SUFFIXES = ['localhost', 'local', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'home.arpa'];

/**
 * Reads the URL of an image; IMAGE_FORBIDDEN when it is not an absolute URL.
 */
export function parseImageUrl(text: string): URL {
  const url = text.length > MAX_URL_LENGTH ? null : URL.parse(text);
  if (url === null) {
    throw forbidden(
      `The image's URL must be an absolute http(s) URL of at most ${MAX_URL_LENGTH} characters, or a data:image/…;base64, URL.`,
    );
  }
  return url;
}

/**
 * Checks all that a URL says by itself, before anything is asked of the network; IMAGE_FORBIDDEN tells which rule it
 * breaks. The address behind a name is checked when a socket connects (address-guard.ts).
 *
 * - The scheme is http or https, and there is no user name or password.
 * - The host is one of `allowedHosts`, unless that list is empty.
 * - An IP address must be public, and a name must not be one of a private network (`printer`, `db.internal`), unless
 *   `allowPrivateNetwork`. A host being listed in `allowedHosts` does not make a private address allowed.
 * - The port is 80, 443, 8080 or 8443. An `allowedHosts` entry with a port allows that one instead, for its host.
 *   With `allowPrivateNetwork`, where odd ports are usual, a host that is allowed without a port is so on every port.
 */
export function checkUrl(url: URL, rules: UrlRules): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw forbidden(
      'The image must be at an http(s) URL or in a data:image/…;base64, URL; other schemes are not read.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw forbidden("The image's URL must not contain a user name or password; give a URL that works without them.");
  }
  if (!rules.allowPrivateNetwork && isPrivateHost(url.hostname)) throw forbiddenAddress();
  checkHostAndPort(url, rules);
}

/**
 * Where a redirect leads: checked like the first URL, and never from https back to http. IMAGE_FORBIDDEN when a rule is
 * broken, IMAGE_UNREACHABLE when `location` (the header, possibly relative) cannot be understood.
 */
export function redirectTarget(from: URL, location: string, rules: UrlRules): URL {
  const target = location.length > MAX_URL_LENGTH ? null : URL.parse(location, from.href);
  if (target === null) {
    throw new AppError('IMAGE_UNREACHABLE', "The image's address redirects to something that is not a URL.");
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw forbidden("The image's address redirects from https to http, which is not followed; use its final URL.");
  }
  checkUrl(target, rules);
  return target;
}

function isPrivateHost(hostname: string): boolean {
  const address = addressOfHost(hostname);
  if (address !== undefined) return !isPublicAddress(address);
  const name = withoutFinalDot(hostname);
  return !name.includes('.') || PRIVATE_SUFFIXES.some((suffix) => name.endsWith(`.${suffix}`));
}

function checkHostAndPort(url: URL, { allowedHosts, allowPrivateNetwork }: UrlRules): void {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const matching = allowedHosts.filter((rule) => matchesHost(rule, url.hostname));
  if (allowedHosts.length > 0 && matching.length === 0) {
    throw forbidden('Images are only fetched from hosts listed in IMAGE_ALLOWED_HOSTS, and this is none of them.');
  }
  const anyPortOf = allowedHosts.length === 0 || matching.some((rule) => rule.port === undefined);
  const usual = anyPortOf && (allowPrivateNetwork || USUAL_PORTS.has(port));
  if (!usual && !matching.some((rule) => rule.port === port)) {
    throw forbidden(
      'Images are not fetched from this port. Use 80, 443, 8080 or 8443; whoever runs this server can allow another as host:port in IMAGE_ALLOWED_HOSTS.',
    );
  }
}

function forbidden(message: string): AppError {
  return new AppError('IMAGE_FORBIDDEN', message);
}
