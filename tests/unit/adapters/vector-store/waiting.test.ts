import { describe, expect, test } from 'vitest';
import { abortable } from '../../../../src/async/abortable.ts';

describe('work that can be given up', () => {
  const reason = new Error('gone');

  test('a caller that is gone gets its reason at once, though the work goes on', async () => {
    const controller = new AbortController();
    const work = Promise.withResolvers<string>();
    const result = abortable(() => work.promise, controller.signal);
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
    work.reject(new Error('a late failure that nobody waits for'));
  });

  test('work for a caller that was gone before is not begun', async () => {
    let begun = false;
    const work = async () => {
      begun = true;
    };
    await expect(abortable(work, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(begun).toBe(false);
  });

  test('without an abort the outcome comes through', async () => {
    expect(await abortable(async () => 1, new AbortController().signal)).toBe(1);
    expect(await abortable(async () => 2, undefined)).toBe(2);
    await expect(abortable(async () => Promise.reject(reason), new AbortController().signal)).rejects.toBe(reason);
  });
});
