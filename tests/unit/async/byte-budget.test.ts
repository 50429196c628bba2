import { describe, expect, test } from 'vitest';
import { createByteBudget } from '../../../src/async/byte-budget.ts';

const create = (maxBytes = 100, maxBytesPerOwner = 60) =>
  createByteBudget({ maxBytes, maxBytesPerOwner, refuse: () => new Error('full') });

describe('memory for strangers', () => {
  test('what does not fit is refused, and fits again once others have given back', () => {
    const budget = create();
    const first = budget.take(60, 'ann');
    const second = budget.take(40, 'bob');
    expect(() => budget.take(1, 'cat')).toThrow('full');
    first.release();
    expect(budget.used).toBe(40);
    budget.take(60, 'cat');
    second.release();
    expect(budget.used).toBe(60);
  });

  test('one caller alone cannot shut the others out', () => {
    const budget = create();
    budget.take(50, 'greedy');
    expect(budget.fits(11, 'greedy')).toBe(false);
    expect(() => budget.take(11, 'greedy')).toThrow('full');
    expect(budget.fits(50, 'other')).toBe(true);
  });

  test('bytes that arrive bit by bit are counted as they come, and a refused one keeps what was there', () => {
    const budget = create();
    const body = budget.take(0, 'ann');
    body.grow(30);
    body.grow(30);
    expect(() => body.grow(1)).toThrow('full');
    expect(budget.used).toBe(60);
    body.release();
    body.release();
    expect(budget.used).toBe(0);
  });

  test('the end of a scope gives back, whatever went wrong in it', () => {
    const budget = create();
    expect(() => {
      using _held = budget.take(50);
      throw new Error('broken image');
    }).toThrow('broken image');
    expect(budget.used).toBe(0);
  });
});
