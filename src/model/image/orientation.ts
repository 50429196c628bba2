/** In pixels. */
export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

/** EXIF orientations in which the stored columns, or the stored rows, run against what is seen. */
const COLUMNS_REVERSED: ReadonlySet<number> = new Set([2, 3, 7, 8]);
const ROWS_REVERSED: ReadonlySet<number> = new Set([3, 4, 6, 7]);

/** Whether what is seen as width is stored as height, by the EXIF orientation (1 to 8). */
export function isTurned(orientation: number): boolean {
  return orientation >= 5;
}

/** Where a part of an image of the size `seen` lies in the image as it is stored. */
export function toStored(box: Box, seen: Size, orientation: number): Box {
  const { left, top, width, height } = isTurned(orientation)
    ? { left: box.top, top: box.left, width: box.height, height: box.width }
    : box;
  const outer = isTurned(orientation) ? { width: seen.height, height: seen.width } : seen;
  return {
    left: COLUMNS_REVERSED.has(orientation) ? outer.width - left - width : left,
    top: ROWS_REVERSED.has(orientation) ? outer.height - top - height : top,
    width,
    height,
  };
}

/** Puts pixels of three bytes, as they are stored, the right way up: an image of the size `seen`. */
export function fromStored(pixels: Uint8Array, seen: Size, orientation: number): Uint8Array {
  if (orientation === 1) return pixels;
  const storedWidth = isTurned(orientation) ? seen.height : seen.width;
  const placeOf = (x: number, y: number): number => {
    const { left, top } = toStored({ left: x, top: y, width: 1, height: 1 }, seen, orientation);
    return 3 * (top * storedWidth + left);
  };
  const first = placeOf(0, 0);
  const across = placeOf(1, 0) - first;
  const down = placeOf(0, 1) - first;
  const upright = new Uint8Array(pixels.length);
  let to = 0;
  for (let y = 0; y < seen.height; y += 1) {
    for (let x = 0; x < seen.width; x += 1) {
      const from = first + y * down + x * across;
      for (let channel = 0; channel < 3; channel += 1, to += 1) upright[to] = pixels[from + channel] ?? 0;
    }
  }
  return upright;
}
