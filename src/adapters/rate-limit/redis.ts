import { REDIS_NAMESPACE, type RedisConnection } from '../cache/redis-connection.ts';
import type { RateLimiter } from './types.ts';

/**
 * KEYS[1] lists the times of the last ARGV[1] allowed calls, newest first, and ARGV[2] is the window in milliseconds.
 * Answers 0 and notes the call, or else how many milliseconds are left until one is free. Redis's own clock counts, so
 * replicas whose clocks differ agree; a script runs alone, so they cannot both take the last call.
 */
const TAKE_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local max = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local blocking = redis.call('LINDEX', KEYS[1], max - 1)
if blocking and blocking + window > now then
  return blocking + window - now
end
redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], 0, max - 1)
redis.call('PEXPIRE', KEYS[1], window)
return 0`;

/**
 * The limits that all replicas share. A caller's list holds at most `max` numbers and is gone one window after its last
 * allowed call. While Redis is away `fallback` decides: a Redis outage is no API outage, but limits go on, for each
 * process by itself, beginning with nothing counted.
 */
export function createRedisRateLimiter(options: {
  redis: RedisConnection;
  windowMs: number;
  fallback: RateLimiter;
}): RateLimiter {
  const { redis, windowMs, fallback } = options;
  const { client, guard } = redis;

  return {
    async take(call) {
      const key = `${REDIS_NAMESPACE}rate:${call.budget}:${call.caller}`;
      const answer = await guard.attempt(async () =>
        Number(await client.eval(TAKE_SCRIPT, 1, key, call.max, windowMs)),
      );
      if (answer === undefined) return fallback.take(call);
      if (answer.value === 0) return { allowed: true };
      // After a failover the new clock may be behind the old one; nobody waits for more than a window.
      return { allowed: false, retryAfterMs: Math.min(answer.value, windowMs) };
    },
  };
}
