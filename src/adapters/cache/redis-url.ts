interface RedisNode {
  host: string;
  port: number;
}

interface RedisAccess {
  username?: string;
  password?: string;
  tls: boolean;
}

/** Where Redis is and how to get in, read from REDIS_URL. */
export type RedisTarget = RedisAccess &
  (
    | { mode: 'single'; node: RedisNode; db: number }
    | { mode: 'cluster'; nodes: RedisNode[] }
    | { mode: 'sentinel'; sentinels: RedisNode[]; master: string; db: number; sentinelPassword?: string }
  );

const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26379;
const FORMS =
  'Write redis://[user:password@]host[:port][/db] (rediss:// for TLS), redis+cluster://[user:password@]host:port,host:port ' +
  'or redis+sentinel://[user:password@]host:port,host:port/master[/db][?sentinelPassword=…]; ' +
  'in names and passwords the characters @ : / ? # % are percent-encoded.';

/** Never shows any part of the URL but what the caller names: a password can stand in any wrong place. */
function refuse(problem: string): never {
  throw new Error(`REDIS_URL cannot be used: ${problem}. ${FORMS}`);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(`the ${what} has a % that is not followed by two hexadecimal digits`);
  }
}

function parseNode(text: string, index: number, defaultPort: number): RedisNode {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined) {
    return refuse(text === '' ? 'a host is missing' : `host number ${index + 1} is not of the form host or host:port`);
  }
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (port < 1 || port > 65_535) return refuse(`the port of host number ${index + 1} is not between 1 and 65535`);
  return { host, port };
}

function parseDb(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) return refuse('the database is not a whole number');
  return Number(text);
}

function parseAccess(userInfo: string | undefined, tls: boolean): RedisAccess {
  if (userInfo === undefined) return { tls };
  const colon = userInfo.indexOf(':');
  if (colon === -1)
    return refuse('a user without a password stands before the @; a password alone is written :password@');
  const username = decode(userInfo.slice(0, colon), 'user');
  const password = decode(userInfo.slice(colon + 1), 'password');
  if (password === '') return refuse('the password before the @ is empty');
  return { ...(username !== '' && { username }), password, tls };
}

function parseQuery(text: string | undefined, mode: RedisTarget['mode']): { sentinelPassword?: string } {
  if (text === undefined || text === '') return {};
  const [name, value, ...rest] = text.split('=');
  if (mode !== 'sentinel' || name !== 'sentinelPassword' || value === undefined || rest.length > 0) {
    return refuse('after the ? only sentinelPassword=… is known, and only for sentinels');
  }
  return { sentinelPassword: decode(value, 'sentinelPassword') };
}

/**
 * Reads REDIS_URL. Forms: `redis://`, `rediss://` (TLS), `redis+cluster://` and `redis+sentinel://` with a list of hosts,
 * `rediss+…` for TLS. Throws an Error that says what is wrong and how it is written right, and never shows a secret.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const match = /^(rediss?)(?:\+(cluster|sentinel))?:\/\/(?:([^/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(
    url,
  );
  if (match === null) return refuse('it has another scheme or a stray character');
  const [, scheme, kind, userInfo, hosts = '', path = '', query] = match;
  const access = parseAccess(userInfo, scheme === 'rediss');
  const mode = kind === 'cluster' || kind === 'sentinel' ? kind : 'single';
  const extra = parseQuery(query, mode);
  const defaultPort = mode === 'sentinel' ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT;
  const nodes = hosts.split(',').map((host, index) => parseNode(host, index, defaultPort));
  const [node] = nodes;

  if (mode === 'cluster') {
    if (parseDb(path) !== 0) return refuse('a cluster has no databases but 0');
    return { mode, nodes, ...access };
  }
  if (mode === 'sentinel') {
    const [master = '', db = '', ...rest] = path.split('/');
    if (master === '') return refuse('the name of the master is missing after the sentinels');
    if (rest.length > 0) return refuse('there is more than a master and a database after the sentinels');
    return { mode, sentinels: nodes, master: decode(master, 'master name'), db: parseDb(db), ...access, ...extra };
  }
  if (node === undefined || nodes.length > 1) return refuse('several hosts need redis+cluster:// or redis+sentinel://');
  return { mode, node, db: parseDb(path), ...access };
}

/** The target for the log and for messages, without user and password. */
export function describeRedisTarget(target: RedisTarget): string {
  const list = (nodes: readonly RedisNode[]) => nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  const scheme = target.tls ? 'rediss' : 'redis';
  if (target.mode === 'cluster') return `${scheme}+cluster://${list(target.nodes)}`;
  if (target.mode === 'sentinel') {
    return `${scheme}+sentinel://${list(target.sentinels)}/${target.master}/${target.db}`;
  }
  return `${scheme}://${list([target.node])}/${target.db}`;
}
