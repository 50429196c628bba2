import { describe, expect, test } from 'vitest';
import { compose } from '../../../../src/services/search/query-vector.ts';

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
