import { describe, expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../../src/model/half.ts';

describe('half precision, which fp16 models speak', () => {
  test('every one of the 63,488 finite numbers survives the way there and back', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = fromHalf(bits);
      if (Number.isFinite(value)) expect(toHalf(value)).toBe(Object.is(value, -0) ? 0x8000 : bits);
    }
  });

  test.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('bits %i are %d', (bits, value) => {
    expect(fromHalf(bits)).toBe(value);
    expect(toHalf(value)).toBe(bits);
  });

  test('numbers between are rounded to the nearest, too large ones become infinite', () => {
    expect(fromHalf(toHalf(0.1))).toBeCloseTo(0.1, 4);
    expect(fromHalf(toHalf(1.99999))).toBe(2);
    expect(fromHalf(toHalf(6.1e-5))).toBeCloseTo(6.1e-5, 7);
    expect(toHalf(70_000)).toBe(0x7c00);
    expect(toHalf(-1e9)).toBe(0xfc00);
    expect(toHalf(1e-9)).toBe(0);
  });
});
