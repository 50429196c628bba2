import { describe, expect, test } from 'vitest';
import { compose, takeOff } from '../../../../src/services/search/query-vector.ts';

const text = Float32Array.of(1, 0);
const image = Float32Array.of(0, 1);

describe('a text and an image in one query', () => {
  test('weigh as asked, in a vector of length 1', () => {
    const mixed = compose(text, image, 0.5);
    expect(mixed[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(mixed[1]).toBeCloseTo(Math.SQRT1_2, 6);
    expect([...compose(text, image, 1)]).toEqual([1, 0]);
    expect([...compose(text, image, 0)]).toEqual([0, 1]);
  });

  test('that cancel each other out never become a vector of NaN', () => {
    expect([...compose(text, Float32Array.of(-1, 0), 0.5)]).toEqual([-1, 0]);
  });
});

describe('what a search steers away from', () => {
  test('is taken off its vector, and nothing else of it', () => {
    const direction = Float32Array.of(0.6, 0.8, 0);
    const steered = takeOff(Float32Array.of(Math.SQRT1_2, 0, Math.SQRT1_2), direction);
    const along = steered.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
    expect(along).toBeCloseTo(0, 6);
    expect(Math.hypot(...steered)).toBeCloseTo(1, 6);
    // 1/sqrt 2 x (1, 0, 1) - 0.6/sqrt 2 x (0.6, 0.8, 0) = 1/sqrt 2 x (0.64, -0.48, 1), whose length is sqrt 1.64 / sqrt 2.
    for (const [place, value] of [0.64, -0.48, 1].entries()) {
      expect(steered[place]).toBeCloseTo(value / Math.sqrt(1.64), 6);
    }
  });

  test('and that says nothing about it leaves it as it is', () => {
    expect([...takeOff(text, image)]).toEqual([...text]);
  });

  test('and that is all there is of it leaves it as it is, not a vector of noise', () => {
    expect(takeOff(text, text)).toEqual(text);
    const almost = Float32Array.of(1, 1e-5);
    expect(takeOff(almost, text)).toBe(almost);
  });
});
