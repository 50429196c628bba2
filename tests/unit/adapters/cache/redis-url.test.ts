import { describe, expect, test } from 'vitest';
import { describeRedisTarget, parseRedisUrl } from '../../../../src/adapters/cache/redis-url.ts';

const local = { host: 'localhost', port: 6379 };
const a = { host: 'a', port: 6379 };

describe('REDIS_URL', () => {
  test.each([
    ['redis://localhost', { mode: 'single', node: local, db: 0, tls: false }],
    ['redis://localhost/', { mode: 'single', node: local, db: 0, tls: false }],
    ['redis://localhost:7000/3', { mode: 'single', node: { host: 'localhost', port: 7000 }, db: 3, tls: false }],
    ['redis://:secret@a', { mode: 'single', node: a, db: 0, tls: false, password: 'secret' }],
    ['redis://shop:secret@a', { mode: 'single', node: a, db: 0, tls: false, username: 'shop', password: 'secret' }],
    ['redis://:p%40%3A%2F%25@a', { mode: 'single', node: a, db: 0, tls: false, password: 'p@:/%' }],
    ['redis://:p@ss:word@a', { mode: 'single', node: a, db: 0, tls: false, password: 'p@ss:word' }],
    ['rediss://a:6380', { mode: 'single', node: { host: 'a', port: 6380 }, db: 0, tls: true }],
    ['redis://[::1]:6380/1', { mode: 'single', node: { host: '::1', port: 6380 }, db: 1, tls: false }],
    [
      'redis+cluster://a:1,b',
      {
        mode: 'cluster',
        nodes: [
          { host: 'a', port: 1 },
          { host: 'b', port: 6379 },
        ],
        tls: false,
      },
    ],
    ['rediss+cluster://u:s@a', { mode: 'cluster', nodes: [a], tls: true, username: 'u', password: 's' }],
    [
      'redis+sentinel://a,b:2/main/4',
      {
        mode: 'sentinel',
        sentinels: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 2 },
        ],
        master: 'main',
        db: 4,
        tls: false,
      },
    ],
    [
      'rediss+sentinel://:s@a/main?sentinelPassword=t%3F',
      {
        mode: 'sentinel',
        sentinels: [{ host: 'a', port: 26379 }],
        master: 'main',
        db: 0,
        tls: true,
        password: 's',
        sentinelPassword: 't?',
      },
    ],
  ])('%s is understood, so a shop reaches the Redis it has', (url, target) => {
    expect(parseRedisUrl(url)).toEqual(target);
  });

  test.each([
    ['', 'another scheme'],
    ['localhost:6379', 'another scheme'],
    ['http://:hunter2@a', 'another scheme'],
    ['redis+magic://:hunter2@a', 'another scheme'],
    ['redis://:hunter2@a#x', 'stray character'],
    ['redis://:hunter2@', 'a host is missing'],
    ['redis+cluster://:hunter2@a,', 'a host is missing'],
    ['redis://:hunter2@a:hunter2', 'host number 1 is not of the form'],
    ['redis+cluster://:hunter2@a,b b', 'host number 2 is not of the form'],
    ['redis://:hunter2@a:0', 'between 1 and 65535'],
    ['redis://:hunter2@a:70000', 'between 1 and 65535'],
    ['redis://hunter2@a', 'a user without a password'],
    ['redis://user:@a', 'the password before the @ is empty'],
    ['redis://:hunter2%@a', 'the password has a %'],
    ['redis://:hunt/er2@a', 'host number 1 is not of the form'],
    ['redis://:hunter2@a/shop', 'not a whole number'],
    ['redis://:hunter2@a/-1', 'not a whole number'],
    ['redis://:hunter2@a,b', 'several hosts need'],
    ['redis://:hunter2@a?ssl=true', 'after the ?'],
    ['redis+cluster://:hunter2@a/2', 'no databases but 0'],
    ['redis+sentinel://:hunter2@a', 'the name of the master is missing'],
    ['redis+sentinel://:hunter2@a/main/1/2', 'more than a master and a database'],
    ['redis+sentinel://:hunter2@a/main?password=hunter2', 'after the ?'],
  ])('%s is refused with what is wrong and how it is written, and no secret reaches the log', (url, problem) => {
    const attempt = () => parseRedisUrl(url);
    expect(attempt).toThrow(problem);
    expect(attempt).toThrow(/^REDIS_URL cannot be used: .* Write redis:\/\//);
    expect(attempt).not.toThrow(/hunter2|er2/);
  });

  test.each([
    ['redis://u:hunter2@a/1', 'redis://a:6379/1'],
    ['rediss+cluster://:hunter2@a,b:2', 'rediss+cluster://a:6379,b:2'],
    ['redis+sentinel://:hunter2@a/main?sentinelPassword=hunter2', 'redis+sentinel://a:26379/main/0'],
  ])('%s is logged without its secrets', (url, description) => {
    expect(describeRedisTarget(parseRedisUrl(url))).toBe(description);
  });
});
