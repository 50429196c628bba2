import { crc32 } from 'node:zlib';
import sharp from 'sharp';

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#777' } })
    .greyscale()
    .toColourspace('b-w');

/**
 * A progressive JPEG of one grey that is made of `scans` scans: one for the mean of each block, and then again and again
 * an empty one of some 70 bytes for all the rest. Every decoder takes it for valid.
 */
export async function jpegOfScans(width: number, height: number, scans: number): Promise<Buffer> {
  const segments = segmentsOf(await flat(width, height).jpeg({ progressive: true }).toBuffer());
  const ofScans = segments.filter(({ marker }) => marker === 0xda);
  // The last byte of a scan's header says which bits it brings: all of them at once, so that it may be repeated.
  const [means, rest] = ofScans.map(({ bytes }) => Buffer.from(bytes).fill(0, 9, 10));
  if (means === undefined || rest === undefined) throw new Error('not a progressive JPEG');
  rest.set([1, 63], 7);
  const tables = segments.filter(({ marker }) => marker !== 0xda).map(({ bytes }) => bytes);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...tables,
    means,
    ...Array.from({ length: scans - 1 }, () => rest),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** The segments of a JPEG between its first and its last marker, those of scans with their data. */
function segmentsOf(jpeg: Buffer): { marker: number; bytes: Buffer }[] {
  const segments = [];
  for (let at = 2; jpeg[at + 1] !== 0xd9; ) {
    const marker = jpeg[at + 1] ?? 0;
    let end = at + 2 + jpeg.readUInt16BE(at + 2);
    while (marker === 0xda && (jpeg[end] !== 0xff || jpeg[end + 1] === 0)) end += 1;
    segments.push({ marker, bytes: jpeg.subarray(at, end) });
    at = end;
  }
  return segments;
}

/** A PNG that says in its header to have this many pixels. */
export async function pngThatClaims(width: number, height: number): Promise<Buffer> {
  const png = await flat(8, 8).png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}
