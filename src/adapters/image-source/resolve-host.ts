import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSingleFlight } from '../../async/single-flight.ts';

/** Asks for all addresses of a host name, IPv4 and IPv6 as text; rejects as `node:dns` does when there is none. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/** How long the system's settings are taken to be what they were. */
const SETTINGS_MS = 5000;
/** For one question to one server, which is asked up to four times: more than any image may take. */
const QUESTION_MS = 1500;
/** How long the IPv6 addresses may take once the IPv4 ones have come ("Resolution Delay", RFC 8305). */
const OTHER_FAMILY_MS = 50;

/** Of names that there are not, or not with an address: then the next domain is tried. */
const ABSENT: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

const HOSTS_FILE =
  process.platform === 'win32'
    ? join(process.env.SYSTEMROOT ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';

export interface HostResolverOptions {
  /** Whether names are looked up in the system's search domains as well: `minio` in a cluster. */
  useSearchDomains: boolean;
  hostsFile?: string | undefined;
  resolvConf?: string | undefined;
  /** DNS servers as `address:port`. Default: those of the system. */
  servers?: readonly string[] | undefined;
}

/** What the system says about names. */
interface Settings {
  hosts: ReadonlyMap<string, readonly string[]>;
  searchDomains: readonly string[];
  resolver: Resolver;
}

/**
 * Looks names up as the system does: in its hosts file, then by DNS at its servers, in its search domains last; `localhost`
 * is this machine. It waits on sockets and ends by itself: `dns.lookup` waits in four threads that the whole process
 * shares, and sixteen names whose servers never answered kept every new host waiting for 75 s. Other sources of names
 * (mDNS, NIS) are not asked.
 */
export function createHostResolver(options: HostResolverOptions): ResolveHost {
  const flights = createSingleFlight<readonly string[]>();
  let settings: Promise<Settings> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const resolve = async (hostname: string): Promise<readonly string[]> => {
    if (settings === undefined || performance.now() - readAt > SETTINGS_MS) {
      readAt = performance.now();
      settings = readSettings(options);
    }
    const { hosts, searchDomains, resolver } = await settings;
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const known = hosts.get(name) ?? (/(^|\.)localhost$/.test(name) ? ['127.0.0.1', '::1'] : undefined);
    if (known) return known;
    const suffixes = hostname.endsWith('.') ? [] : searchDomains.map((domain) => `.${domain}`);
    return askInTurn(
      resolver,
      ['', ...suffixes].map((suffix) => `${name}${suffix}`),
    );
  };
  return (hostname) => flights.run(hostname, () => resolve(hostname));
}

/** The addresses of the first name that there is; rejects with the outcome of the first one when there is none. */
async function askInTurn(resolver: Resolver, names: readonly string[]): Promise<string[]> {
  const outcomes: unknown[] = [];
  for (const name of names) {
    try {
      return await ask(resolver, name);
    } catch (error) {
      outcomes.push(error);
      const isAbsent = error instanceof Error && 'code' in error && ABSENT.has(error.code);
      if (!isAbsent) break;
    }
  }
  throw outcomes[0];
}

async function ask(resolver: Resolver, name: string): Promise<string[]> {
  const later = resolver.resolve6(name).catch(() => []);
  try {
    const first = await resolver.resolve4(name);
    return [...first, ...(await Promise.race([later, sleep(OTHER_FAMILY_MS, [], { ref: false })]))];
  } catch (error) {
    const others = await later;
    if (others.length === 0) throw error;
    return others;
  }
}

async function readSettings(options: HostResolverOptions): Promise<Settings> {
  const { useSearchDomains, hostsFile = HOSTS_FILE, resolvConf = '/etc/resolv.conf', servers } = options;
  const [hosts, config] = await Promise.all([readIfThere(hostsFile), readIfThere(resolvConf)]);
  const resolver = new Resolver({ timeout: QUESTION_MS, maxTimeout: QUESTION_MS, tries: 4 });
  if (servers) resolver.setServers(servers);
  return { hosts: parseHosts(hosts), searchDomains: useSearchDomains ? parseSearchDomains(config) : [], resolver };
}

/** The names of a hosts file (hosts(5)) with their addresses. */
function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address]);
  }
  return hosts;
}

/** The search domains of a resolv.conf(5); of several lines the last one counts. */
function parseSearchDomains(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const last = lines.findLast(([keyword]) => keyword === 'search' || keyword === 'domain') ?? [];
  return last
    .slice(1)
    .map((domain) => domain.replace(/\.$/, ''))
    .filter((domain) => domain !== '');
}

/** Empty where there is no such file, as on other systems. */
function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
