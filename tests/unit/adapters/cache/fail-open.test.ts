import { describe, expect, test } from 'vitest';
import { createFailOpen, messageOf } from '../../../../src/adapters/cache/fail-open.ts';
import { withTimeout } from '../../../../src/async/timing.ts';
import { createRecordingLogger } from '../../../support/log.ts';

const never = () => new Promise<never>(() => {});
const fail = async () => {
  throw new Error('gone');
};

function createGuard() {
  const clock = { ms: 0 };
  const { logger, lines } = createRecordingLogger();
  const guard = createFailOpen({ logger, now: () => clock.ms, message: 'Redis is away', timeoutMs: 5 });
  return { guard, lines, clock };
}

describe('the guard around Redis', () => {
  test('passes an answer on, also one that is empty', async () => {
    const { guard, lines } = createGuard();
    expect(await guard.attempt(async () => 1)).toEqual({ value: 1 });
    expect(await guard.attempt(async () => null)).toEqual({ value: null });
    expect(lines).toEqual([]);
  });

  test('turns every kind of failure into a miss, so a search never fails for its cache', async () => {
    const { guard } = createGuard();
    expect(await guard.attempt(fail)).toBeUndefined();
    expect(await guard.attempt(never)).toBeUndefined();
    const throwAtOnce = (): Promise<number> => {
      throw new Error('at once');
    };
    expect(await guard.attempt(throwAtOnce)).toBeUndefined();
  });

  test('logs once a minute, so an outage does not flood the log', async () => {
    const { guard, lines, clock } = createGuard();
    for (let call = 0; call < 100; call += 1) await guard.attempt(fail);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"reason":"gone","msg":"Redis is away"');
    clock.ms = 59_999;
    await guard.attempt(fail);
    expect(lines).toHaveLength(1);
    clock.ms = 60_000;
    await guard.attempt(fail);
    expect(lines).toHaveLength(2);
  });

  test('logs nothing of an error but its message: ioredis keeps the password of a failed login on it', async () => {
    const { guard, lines } = createGuard();
    const command = { name: 'auth', args: ['shop', 'hunter2'] };
    await guard.attempt(() => Promise.reject(Object.assign(new Error('WRONGPASS'), { command })));
    expect(lines.join()).toContain('WRONGPASS');
    expect(lines.join()).not.toContain('hunter2');
  });

  test('leaves a hanging Redis alone for a second, so that it does not slow down every search', async () => {
    const { guard, clock } = createGuard();
    for (let call = 0; call < 5; call += 1) await guard.attempt(never);
    let asked = false;
    const ask = async () => {
      asked = true;
    };
    clock.ms = 999;
    expect(await guard.attempt(ask)).toBeUndefined();
    expect(asked).toBe(false);
    clock.ms = 1_000;
    expect(await guard.attempt(ask)).toBeDefined();
    expect(asked).toBe(true);
  });

  test('a single slow call does not switch the cache off', async () => {
    const { guard } = createGuard();
    for (let call = 0; call < 10; call += 1) {
      await guard.attempt(never);
      expect(await guard.attempt(async () => 1)).toEqual({ value: 1 });
    }
  });

  test('an answer that came too late to be used does no harm when it fails', async () => {
    const { guard } = createGuard();
    const late = Promise.withResolvers<number>();
    expect(await guard.attempt(() => late.promise)).toBeUndefined();
    late.reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('an answer that is there counts, even when this process was too busy to read it in time', async () => {
    const answer = withTimeout(() => new Promise((resolve) => setImmediate(resolve, 'there')), 5);
    const busyUntil = performance.now() + 20;
    while (performance.now() < busyUntil);
    expect(await answer).toBe('there');
  });

  test('an error of several addresses names them all, so the log says where Redis was looked for', () => {
    expect(messageOf(new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]))).toBe(
      '::1 refused; 127.0.0.1 refused',
    );
    expect(messageOf('text')).toBe('text');
  });
});
