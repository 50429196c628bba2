import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { mediaTypeOfFile, requireImage, sniffImageKind } from '../../../../src/model/image/kind.ts';
import { RED_PIXEL } from '../../../support/image-server.ts';

const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const ftyp = (major: string, ...brands: string[]) => {
  const box = bytesOf(`\0\0\0\0ftyp${major}\0\0\0\0${brands.join('')}`);
  box.writeUInt32BE(box.length);
  return Buffer.concat([box, bytesOf('\0\0\0\x08mdat')]);
};

describe('images are known by their content', () => {
  const pixel = () => sharp(RED_PIXEL);
  test.each([
    ['jpeg', () => pixel().jpeg().toBuffer()],
    ['png', () => pixel().png().toBuffer()],
    ['gif', () => pixel().gif().toBuffer()],
    ['webp', () => pixel().webp().toBuffer()],
    ['avif', () => pixel().avif().toBuffer()],
    ['tiff', () => pixel().tiff().toBuffer()],
  ])('a real %s is taken', async (kind, encode) => {
    expect(sniffImageKind(await encode())).toBe(kind);
  });

  test.each([
    ['avif', ftyp('mif1', 'mif1', 'miaf', 'avif')],
    ['avif', ftyp('miaf', 'mif1', 'miaf', 'avif')],
    ['avif', ftyp('avis')],
    ['tiff', bytesOf('MM\0*\0\0\0\x08')],
    ['tiff', bytesOf('MM\0+\0\x08\0\0')],
  ])('a phone or a camera that writes its %s in another way is understood', (kind, bytes) => {
    expect(sniffImageKind(bytes)).toBe(kind);
  });

  test('a view into a larger buffer is read at its own place', () => {
    const padded = Buffer.concat([Buffer.alloc(7, 0x41), RED_PIXEL]);
    expect(sniffImageKind(padded.subarray(7))).toBe('png');
    expect(sniffImageKind(padded)).toBeUndefined();
    expect(sniffImageKind(padded.subarray(0, 7))).toBeUndefined();
  });
});

test.each([
  ['heic', ftyp('heic', 'mif1', 'heic')],
  ['mif1', ftyp('mif1', 'mif1', 'heic')],
  ['hevc', ftyp('hevc', 'msf1')],
])('a photo of an iPhone (%s) is told to be converted, not called damaged', (_, bytes) => {
  expect(() => requireImage(bytes, 'The file')).toThrow(
    expect.objectContaining({
      code: 'IMAGE_UNREADABLE',
      message: 'The file holds a HEIC image, which is not supported. Convert it to JPEG, WebP or AVIF.',
    }),
  );
});

describe('whatever is no image is called by its name', () => {
  test.each([
    ['an HTML page', bytesOf('\xef\xbb\xbf\n <!doctype HTML><html>')],
    ['an HTML page', bytesOf('<!-- hello --> <html lang="en">')],
    ['an SVG drawing', bytesOf('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">')],
    ['an XML document', bytesOf('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ['JSON', bytesOf('{"error":"not found"}')],
    ['plain text', bytesOf('Not found\n')],
    ['a PDF document', bytesOf('%PDF-1.7\n')],
    ['a ZIP archive', bytesOf('PK\x03\x04\x14\0')],
    ['compressed data', bytesOf('\x1f\x8b\x08\0')],
    ['a BMP image', bytesOf('BM\x3a\0\0\0\0\0\0\0\x36\0\0\0')],
    ['an icon file', bytesOf('\0\0\x01\0\x01\0')],
    ['a JPEG XL image', bytesOf('\xff\x0a\xfa\x7f')],
    ['a video', ftyp('isom', 'isom', 'avc1')],
    ['nothing at all', bytesOf('')],
    ['something unknown', bytesOf('\x01\x02\x03\x04\x05')],
    ['something unknown', RED_PIXEL.subarray(0, 7)],
  ])('%s', (words, bytes) => {
    expect(() => requireImage(bytes, 'The file')).toThrow(
      expect.objectContaining({
        code: 'IMAGE_UNREADABLE',
        message: expect.stringContaining(`holds ${words}, not an image`),
      }),
    );
  });

  test('nothing of a private answer leaks through the message', () => {
    expect(() => requireImage(bytesOf('root:x:0:0:'), 'The file')).toThrow(/^(?!.*root)/);
  });

  test('a text made of comments costs no time', () => {
    expect(() => requireImage(bytesOf('<!---->'.repeat(5000)), 'The file')).toThrow('an XML document');
  });
});

test('each golden image is of the kind that its name promises', () => {
  const folder = new URL('../../../golden/data/images/', import.meta.url);
  for (const name of ['palette.gif', 'square.jpg', 'grey.png', 'tall.webp']) {
    const kind = sniffImageKind(readFileSync(new URL(name, folder)));
    expect.soft(`image/${kind}`).toBe(mediaTypeOfFile(name));
  }
});
