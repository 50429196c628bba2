import { AppError } from '../../errors.ts';
import type { Box, Size } from './orientation.ts';

/** A part of an image: fractions (0..1) of its width and height as it is seen, from its top left corner. */
export interface ImageRegion {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Of a region, in pixels: less says nothing about what is meant. */
const MIN_SIDE = 16;

/**
 * The pixels of a region in an image of the size `seen`, edges rounded and never beyond the image's own. Throws
 * BAD_USER_INPUT for a region that has less than 16 on a side.
 */
export function regionBox({ x, y, width, height }: ImageRegion, seen: Size): Box {
  const [left, right] = edges(x, width, seen.width);
  const [top, bottom] = edges(y, height, seen.height);
  const box = { left, top, width: right - left, height: bottom - top };
  if (Math.min(box.width, box.height) >= MIN_SIDE) return box;
  throw new AppError(
    'BAD_USER_INPUT',
    `The region has ${box.width} x ${box.height} of the image's ${seen.width} x ${seen.height} pixels; at least ${MIN_SIDE} on a side are needed.`,
  );
}

function edges(start: number, length: number, whole: number): [number, number] {
  const within = (place: number) => Math.min(whole, Math.max(0, Math.round(place * whole)));
  return [within(start), within(start + length)];
}
