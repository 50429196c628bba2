import { Cluster, Redis } from 'ioredis';
import { backOff } from '../../async/retry.ts';
import { withTimeout } from '../../async/timing.ts';
import type { Logger } from '../../logger.ts';
import { createFailOpen, type FailOpen, messageOf } from './fail-open.ts';
import { describeRedisTarget, parseRedisUrl, type RedisTarget } from './redis-url.ts';

/** All keys of Vitrine start so. The number changes with the form of what is stored, so that versions never mix. */
export const REDIS_NAMESPACE = 'vitrine:1:';

const CONNECT_TIMEOUT_MS = 2_000;
/** A connection that owes an answer for so long is dead, also when the other machine vanished without a word. */
const SILENCE_TIMEOUT_MS = 5_000;
/** Pauses before Redis is tried again, for as long as it takes. */
const RECONNECTIONS = { firstMs: 50, maxMs: 3_000, tries: Number.POSITIVE_INFINITY };
const PING_TIMEOUT_MS = 1_000;
const QUIT_TIMEOUT_MS = 200;

/** The one connection to Redis that everything shares. It is there at once, whether Redis is or not. */
export interface RedisConnection {
  readonly client: Redis | Cluster;
  /** Every call goes through this guard; all of them share its patience and its line in the log. */
  readonly guard: FailOpen;
  /** Calls `listener` when Redis is usable: now or once it is, and again after every outage. */
  onReady(listener: () => void): void;
  /** Rejects with an Error that says why when Redis does not answer within a second. */
  ping(): Promise<void>;
  /** Says goodbye, or hangs up when nobody listens. */
  close(): Promise<void>;
}

function createClient(target: RedisTarget): Redis | Cluster {
  const pauseMs = (attempt: number) => backOff(attempt, RECONNECTIONS);
  const common = {
    ...(target.username !== undefined && { username: target.username }),
    ...(target.password !== undefined && { password: target.password }),
    ...(target.tls && { tls: {} }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    // A command fails when the connection does. Sent again later it could undo what others wrote meanwhile.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };
  if (target.mode === 'cluster') {
    return new Cluster(target.nodes, {
      enableOfflineQueue: false,
      clusterRetryStrategy: pauseMs,
      redisOptions: common,
      // A certificate names a host, so with TLS the names must not be turned into addresses here.
      ...(target.tls && { dnsLookup: (host, done) => done(null, host) }),
    });
  }
  const options = {
    ...common,
    db: target.db,
    enableOfflineQueue: false,
    retryStrategy: pauseMs,
  };
  if (target.mode === 'single') return new Redis({ ...options, ...target.node });
  return new Redis({
    ...options,
    sentinels: target.sentinels,
    name: target.master,
    sentinelRetryStrategy: pauseMs,
    ...(target.sentinelPassword !== undefined && { sentinelPassword: target.sentinelPassword }),
    ...(target.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  });
}

/**
 * Connects to Redis in the background and keeps at it: it returns at once, and an absent Redis is no error. Throws only
 * for a `url` that does not parse (see `parseRedisUrl`). Needs Redis 6.2 or later, or what speaks like it.
 */
export function openRedis(options: {
  url: string;
  logger: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** How long a call may take, 50 ms when not given. */
  timeoutMs?: number;
}): RedisConnection {
  const { logger, now } = options;
  const target = parseRedisUrl(options.url);
  const address = describeRedisTarget(target);
  const client = createClient(target);
  let trouble: unknown;

  /** While there is no connection, a command's own error says less than what keeps the connection from coming up. */
  const explain = (error: unknown) =>
    messageOf(client.status === 'ready' ? error : (trouble ?? 'there is no connection'));

  const guard = createFailOpen({
    logger,
    now,
    message: `Redis at ${address} does not answer; answers are computed without it and limits count per process`,
    explain,
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
  });

  // Without a listener ioredis prints errors itself; they come at each attempt to reconnect.
  const noteTrouble = (error: unknown) => {
    trouble = error;
    guard.report(error);
  };
  client.on('error', noteTrouble);
  client.on('node error', noteTrouble);
  client.on('ready', () => {
    trouble = undefined;
    logger.info(`Redis at ${address} is connected`);
  });

  return {
    client,
    guard,
    onReady(listener) {
      client.on('ready', listener);
      if (client.status === 'ready') listener();
    },
    async ping() {
      try {
        await withTimeout(() => client.ping(), PING_TIMEOUT_MS);
      } catch (error) {
        throw new Error(`Redis at ${address} does not answer: ${explain(error)}`);
      }
    },
    async close() {
      // It fails when there is no connection to say goodbye on.
      await withTimeout(() => client.quit(), QUIT_TIMEOUT_MS).catch(() => {});
      client.disconnect();
    },
  };
}
