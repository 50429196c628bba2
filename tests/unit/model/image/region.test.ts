import { describe, expect, test } from 'vitest';
import { regionBox } from '../../../../src/model/image/region.ts';

const seen = { width: 300, height: 200 };

describe('a region of an image', () => {
  test.each([
    [
      { x: 0, y: 0, width: 1, height: 1 },
      { left: 0, top: 0, width: 300, height: 200 },
    ],
    [
      { x: 0.5, y: 0.25, width: 0.5, height: 0.5 },
      { left: 150, top: 50, width: 150, height: 100 },
    ],
    [
      { x: 1 / 3, y: 0.1, width: 2 / 3, height: 0.9 },
      { left: 100, top: 20, width: 200, height: 180 },
    ],
    // What rounding leaves beyond the edge is not asked of the image.
    [
      { x: 0.7, y: 0.1, width: 0.3000009, height: 0.9000009 },
      { left: 210, top: 20, width: 90, height: 180 },
    ],
    [
      { x: 0.2, y: 0.2, width: 0.0534, height: 0.08 },
      { left: 60, top: 40, width: 16, height: 16 },
    ],
  ])('%j is whole pixels within the image', (region, box) => {
    expect(regionBox(region, seen)).toEqual(box);
  });

  test.each([
    { x: 0.2, y: 0.2, width: 0.05, height: 0.5 },
    { x: 0.2, y: 0.2, width: 0.5, height: 0.075 },
    { x: 1, y: 1, width: 0.000001, height: 0.000001 },
  ])('%j is too little to look for, and the answer says how little', (region) => {
    expect(() => regionBox(region, seen)).toThrow(/of the image's 300 x 200 pixels; at least 16 on a side are needed/);
  });
});
