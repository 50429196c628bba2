import { expect, test } from 'vitest';
import { createReceivedImages } from '../../../../src/adapters/image-source/received-images.ts';

test('an image is there until the last request that brought it is answered', () => {
  const images = createReceivedImages();
  const first = images.putAside(Buffer.from('xdata:image/png;base64,AAAA').subarray(1));
  const second = images.putAside(Buffer.from('data:image/png;base64,AAAA'));
  const other = images.putAside(Buffer.from('data:image/png;base64,BBBB'));
  expect(second.url).toBe(first.url);
  expect(other.url).not.toBe(first.url);
  first.release();
  expect(images.find(second.url)).toBe('data:image/png;base64,AAAA');
  second.release();
  expect(images.find(second.url)).toBeUndefined();
  expect(images.find(other.url)).toBe('data:image/png;base64,BBBB');
});

test('a file is not taken for a data: URL of the same bytes, nor the other way round', () => {
  const images = createReceivedImages();
  const bytes = Buffer.from('data:image/png;base64,AAAA');
  const [file, text] = [images.putFileAside(bytes), images.putAside(bytes)];
  expect(file.url).not.toBe(text.url);
  expect(images.find(file.url)).toBe(bytes);
  expect(images.find(text.url)).toBe('data:image/png;base64,AAAA');
  file.release();
  expect(images.find(file.url)).toBeUndefined();
});
