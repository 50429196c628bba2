import { describe, expect, test } from 'vitest';
import { createSingleFlight } from '../../../src/async/single-flight.ts';

describe('single flight', () => {
  test('callers of one key share one computation, so a popular query is embedded once', async () => {
    const flights = createSingleFlight<number>();
    const gate = Promise.withResolvers<number>();
    let computations = 0;
    const compute = () => {
      computations += 1;
      return gate.promise;
    };
    const answers = Promise.all([flights.run('a', compute), flights.run('a', compute, new AbortController().signal)]);
    gate.resolve(7);
    expect(await answers).toEqual([7, 7]);
    expect(computations).toBe(1);
  });

  test('different keys never share, so nobody gets the answer to another question', async () => {
    const flights = createSingleFlight<string>();
    const answers = await Promise.all(['a', 'b'].map((key) => flights.run(key, async () => `answer to ${key}`)));
    expect(answers).toEqual(['answer to a', 'answer to b']);
  });

  test('nothing is remembered after landing, so a later caller gets a fresh value', async () => {
    const flights = createSingleFlight<number>();
    expect(await flights.run('a', async () => 1)).toBe(1);
    expect(await flights.run('a', async () => 2)).toBe(2);
  });

  test('a failure reaches all who wait and is forgotten, so one bad moment does not poison a key', async () => {
    const flights = createSingleFlight<number>();
    const fail = async () => {
      throw new Error('no luck');
    };
    const [first, second] = await Promise.allSettled([flights.run('a', fail), flights.run('a', fail)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'no luck' } });
    expect(second).toEqual(first);
    expect(await flights.run('a', async () => 3)).toBe(3);
  });

  test('a computation that throws before its first await rejects, so the caller can still handle it', async () => {
    const flights = createSingleFlight<number>();
    const throwAtOnce = (): Promise<number> => {
      throw new Error('at once');
    };
    await expect(flights.run('a', throwAtOnce)).rejects.toThrow('at once');
    expect(await flights.run('a', async () => 4)).toBe(4);
  });

  test('one caller hanging up does not take the answer from the others', async () => {
    const flights = createSingleFlight<number>();
    const gate = Promise.withResolvers<number>();
    const impatient = new AbortController();
    let aborted = false;
    const compute = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return gate.promise;
    };
    const left = flights.run('a', compute, impatient.signal);
    const stayed = flights.run('a', compute, new AbortController().signal);
    impatient.abort(new Error('hung up'));
    await expect(left).rejects.toThrow('hung up');
    expect(aborted).toBe(false);
    gate.resolve(5);
    expect(await stayed).toBe(5);
  });

  test('when all have hung up the work stops, so nobody computes for nobody', async () => {
    const flights = createSingleFlight<number>();
    const callers = [new AbortController(), new AbortController()];
    let seen: AbortSignal | undefined;
    const compute = (signal: AbortSignal) => {
      seen = signal;
      return new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const waiting = callers.map(({ signal }) => flights.run('a', compute, signal));
    for (const [index, caller] of callers.entries()) caller.abort(new Error(`caller ${index} left`));
    expect(await Promise.allSettled(waiting)).toMatchObject([
      { reason: { message: 'caller 0 left' } },
      { reason: { message: 'caller 1 left' } },
    ]);
    expect(seen?.aborted).toBe(true);
  });

  test('a caller without a signal keeps the work going whoever else leaves', async () => {
    const flights = createSingleFlight<number>();
    const gate = Promise.withResolvers<number>();
    const impatient = new AbortController();
    const stayed = flights.run('a', () => gate.promise);
    const left = flights.run('a', () => gate.promise, impatient.signal);
    impatient.abort();
    await expect(left).rejects.toThrow();
    const late = flights.run('a', async () => 99);
    gate.resolve(6);
    expect(await Promise.all([stayed, late])).toEqual([6, 6]);
  });

  test('who comes after all have left starts afresh, and the abandoned work cannot disturb it', async () => {
    const flights = createSingleFlight<string>();
    const abandoned = Promise.withResolvers<string>();
    const fresh = Promise.withResolvers<string>();
    const impatient = new AbortController();
    const left = flights.run('a', () => abandoned.promise, impatient.signal);
    impatient.abort();
    await expect(left).rejects.toThrow();

    const first = flights.run('a', () => fresh.promise);
    abandoned.reject(new Error('too late for anyone'));
    await new Promise((resolve) => setImmediate(resolve));
    const second = flights.run('a', async () => 'a third computation');
    fresh.resolve('fresh');
    expect(await Promise.all([first, second])).toEqual(['fresh', 'fresh']);
  });

  test('a caller that has already hung up starts nothing', async () => {
    const flights = createSingleFlight<number>();
    let started = false;
    const run = flights.run(
      'a',
      async () => {
        started = true;
        return 1;
      },
      AbortSignal.abort(new Error('gone before')),
    );
    await expect(run).rejects.toThrow('gone before');
    expect(started).toBe(false);
  });
});
