import { randomInt } from 'node:crypto';
import { backOff, retry } from '../../async/retry.ts';
import { withTimeout } from '../../async/timing.ts';
import { REDIS_NAMESPACE, type RedisConnection } from './redis-connection.ts';
import type { IndexEpoch } from './types.ts';

/** When a bump that failed is tried again, besides at every reconnection: until it succeeds. */
const RETRIES = { firstMs: 500, maxMs: 1_000, tries: Number.POSITIVE_INFINITY };
/** How long the last try may take when the process ends. */
const LAST_TRY_MS = 1_000;
const FIRST_MAX = 2 ** 47;
const STEP_MAX = 2 ** 24;
/** What a missing counter counts as: less than any that was. */
const MISSING = -1;

/**
 * Starts a missing counter at ARGV[1], adds ARGV[2] and answers the result, as text: Lua's numbers would round it. One
 * script, so no other client can come in between.
 */
const BUMP_SCRIPT = `
redis.call('SET', KEYS[1], ARGV[1], 'NX')
redis.call('INCRBY', KEYS[1], ARGV[2])
return redis.call('GET', KEYS[1])`;

/**
 * The epoch that all replicas share: a number in Redis that only grows, by a random step. Growing makes a bump harmless
 * when a network sends it twice; the random start and steps make it practically certain that a counter that was lost or
 * set back (a restart from an old snapshot, a failover that dropped the last writes) never returns to a value used
 * before. Three rules keep stale answers from being served:
 *
 * - a bump that fails is tried until it succeeds, and until then this replica has no epoch;
 * - every connection starts with a bump, since nobody knows what Redis lost or what a stopped replica still owed;
 * - a counter that is missing or has gone back is bumped before it is believed.
 *
 * What remains: a replica cut off from Redis cannot tell the others of its writes, so they may serve answers from before
 * those until it is back or the answers expire.
 */
export function createRedisEpoch(options: { redis: RedisConnection; collection: string }): {
  epoch: IndexEpoch;
  /** Pays a bump that is still owed, if Redis takes it within a second: nobody else would. */
  close(): Promise<void>;
} {
  const { client, guard, onReady } = options.redis;
  const key = `${REDIS_NAMESPACE}epoch:${options.collection}`;
  // One bump is owed from the start; the first connection pays it.
  let asked = 1;
  let done = 0;
  let highest = 0n;
  /** Whether somebody tries until nothing is owed any more. */
  let repeating = false;
  const closing = new AbortController();

  async function send(): Promise<bigint> {
    const first = String(randomInt(FIRST_MAX));
    const step = String(randomInt(1, STEP_MAX));
    return BigInt(String(await client.eval(BUMP_SCRIPT, 1, key, first, step)));
  }

  /** Tries once. A bump covers every write that ended before it was sent, so also those whose own bump failed. */
  async function pay(): Promise<void> {
    const covers = asked;
    const answer = await guard.attempt(send);
    if (answer === undefined) return;
    done = Math.max(done, covers);
    highest = answer.value;
  }

  async function payAll(): Promise<void> {
    await pay();
    if (done < asked) throw new Error('A bump is still owed.');
    repeating = false;
  }

  async function bump(): Promise<void> {
    asked += 1;
    await pay();
    if (done === asked || repeating) return;
    repeating = true;
    const pauseMs = (_: unknown, failures: number) => backOff(failures, RETRIES);
    // It ends without success only when the epoch is closed.
    retry(payAll, { pauseMs, signal: closing.signal }).catch(() => undefined);
  }

  onReady(() => {
    if (!closing.signal.aborted) void bump();
  });

  return {
    epoch: {
      bump,
      async current() {
        if (done < asked) return undefined;
        const answer = await guard.attempt(async () => BigInt((await client.get(key)) ?? MISSING));
        if (answer === undefined || done < asked) return undefined;
        if (answer.value < highest) {
          void bump();
          return undefined;
        }
        highest = answer.value;
        return String(highest);
      },
    },
    async close() {
      closing.abort();
      if (done < asked) await withTimeout(send, LAST_TRY_MS).catch(() => undefined);
    },
  };
}
