import { describe, expect, test } from 'vitest';
import { decodeDataUrl, isDataUrl } from '../../../../src/adapters/image-source/data-url.ts';
import { paddedImage, RED_PIXEL } from '../../../support/image-server.ts';

const base64 = Buffer.from(RED_PIXEL).toString('base64');
const decode = (url: string, maxBytes = 10_000) => Buffer.from(decodeDataUrl(url, maxBytes));
const failure = (code: string) => expect.objectContaining({ name: 'AppError', code });

describe('what a browser or a script makes of a photo is read', () => {
  test.each([
    ['plain', `data:image/png;base64,${base64}`],
    ['upper case', `DATA:IMAGE/PNG;BASE64,${base64}`],
    ['a wrong media type', `data:image/jpeg;base64,${base64}`],
    ['parameters', `data:image/png;name="a.png";base64,${base64}`],
    ['blanks around the header', ` data: image/png ; base64 ,${base64}`],
    ['lines of 76', `data:image/png;base64,${base64.replace(/.{1,76}/g, '$&\r\n')}`],
    ['percent-encoding', `data:image/png;base64,${encodeURIComponent(base64)}`],
    ['percent-encoded blanks', `data:image/png;base64,${base64.replace(/.{40}/g, '$&%0A%20')}`],
    ['a blank after each letter', `data:image/png;base64,${base64.replace(/./g, '$& ')}`],
    ['no padding', `data:image/png;base64,${base64.replace(/=+$/, '')}`],
    ['a fragment', `data:image/png;base64,${base64}#thumb`],
  ])('%s', (_, url) => {
    expect(isDataUrl(url)).toBe(true);
    expect(decode(url).equals(RED_PIXEL)).toBe(true);
  });
});

describe('what is no image is refused', () => {
  test.each([
    ['no comma', 'data:image/png;base64'],
    ['no base64', 'data:image/svg+xml,%3Csvg%3E'],
    ['another kind', `data:text/html;base64,${base64}`],
    ['no kind', `data:;base64,${base64}`],
    ['a comma too far out', `data:image/png;a=${'b'.repeat(1000)};base64,${base64}`],
    ['letters outside base64', 'data:image/png;base64,iVBOR*w0KGgo'],
    ['the alphabet of URLs', 'data:image/png;base64,_9j-_9j-'],
    ['padding inside', 'data:image/png;base64,iVBO==Rw0KGgo='],
    ['too much padding', 'data:image/png;base64,iVBORw==='],
    ['an impossible length', 'data:image/png;base64,iVBOR'],
    ['letters that only look like base64', 'data:image/png;base64,iVBOＲw0K'],
    ['padding before a blank and a letter', 'data:image/png;base64,iVB= ORw='],
    ['half a percent-encoding', 'data:image/png;base64,iVBORw0%4'],
    ['a stray percent', 'data:image/png;base64,iVBO%zz'],
    ['nothing', 'data:image/png;base64,'],
    ['SVG that says it is PNG', `data:image/png;base64,${Buffer.from('<svg onload="x">').toString('base64')}`],
  ])('%s', (_, url) => {
    expect(() => decode(url)).toThrow(failure('IMAGE_UNREADABLE'));
  });
});

describe('the size is known before anything is decoded', () => {
  const ofSize = (size: number) => `data:image/png;base64,${Buffer.from(paddedImage(size)).toString('base64')}`;
  test.each([1000, 1001, 1002])('an image of exactly %i bytes passes, one byte more does not', (size) => {
    expect(decode(ofSize(size), size)).toHaveLength(size);
    expect(() => decode(ofSize(size + 1), size)).toThrow(failure('IMAGE_TOO_LARGE'));
  });
  test('the largest image passes in percent-encoding too', () => {
    const url = ofSize(1000);
    const encoded = url.slice(url.indexOf(',') + 1).replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    expect(decode(`data:image/png;base64,${encoded}`, 1000)).toHaveLength(1000);
  });
  test('far too much is not even looked at', () => {
    expect(() => decode(`data:image/png;base64,${'*'.repeat(100_000)}`, 1000)).toThrow(failure('IMAGE_TOO_LARGE'));
  });
});

test.each(['http://shop.example/data:image', 'metadata:x', ''])('"%s" is not taken for a data: URL', (text) => {
  expect(isDataUrl(text)).toBe(false);
});
