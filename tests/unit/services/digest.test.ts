import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../src/services/digest.ts';

describe('equal questions have one digest, others have another', () => {
  test('whatever the order of their keys', () => {
    expect(digestOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(digestOf({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: '1' }));
  });

  test('an image in a data: URL counts to its last letter', () => {
    const image = 'x'.repeat(5000);
    expect(digestOf({ image })).toBe(digestOf({ image: 'x'.repeat(5000) }));
    expect(digestOf({ image })).not.toBe(digestOf({ image: `${image.slice(1)}y` }));
    expect(digestOf({ image })).not.toBe(digestOf({ image: image.slice(1) }));
  });
});
