import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../src/errors.ts';
import { createProductImages } from '../../../../src/services/indexing/embed-images.ts';

/** Images whose URL is all that they are: each takes a turn of the event loop, and `broken` ones cannot be had. */
function createImages() {
  const loaded: string[] = [];
  let underWay = 0;
  let most = 0;
  const images = createProductImages({
    imageSource: {
      async load(url) {
        loaded.push(url);
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        if (url.includes('broken')) throw new AppError('IMAGE_UNREACHABLE', 'There is no such image.');
        return Buffer.from(url);
      },
      close: async () => {},
    },
    embedder: {
      info: { id: 'm', digest: '0123456789ab', dimension: 2, imageSize: 1, dtype: 'fp32', bundled: false },
      embedText: async () => Float32Array.of(1, 0),
      embedImage: async (bytes) => Float32Array.of(Number(/\d+$/.exec(Buffer.from(bytes).toString())), 0),
      ping: async () => {},
      close: async () => {},
    },
  });
  return { images, loaded, most: () => most };
}

const urls = (shop: string, count: number, name = 'good') => [
  `https://${shop}.example/${name}/0`,
  ...Array.from({ length: count - 1 }, (_, i) => `https://${shop}.example/good/${i + 1}`),
];

describe('the images of a product', () => {
  test('are embedded one after the other, in the order in which they were given', async () => {
    const { images } = createImages();
    expect([...(await images.embed(urls('a', 4), {}))]).toEqual([0, 0, 1, 0, 2, 0, 3, 0]);
  });

  test('however many they are, take no more memory at a time than those of products of one image', async () => {
    const { images, most } = createImages();
    await Promise.all(Array.from({ length: 20 }, () => images.embed(urls('a', 11), {})));
    expect(most()).toBe(8);
  });

  test('are not all fetched where one of them cannot be had', async () => {
    const { images, loaded } = createImages();
    const failing = images.embed(urls('a', 11, 'broken'), {});
    await expect(failing).rejects.toMatchObject({
      code: 'IMAGE_UNREACHABLE',
      message: 'imageUrl (https://a.example/broken/0): There is no such image.',
    });
    await images.embed(urls('b', 1), {});
    expect(loaded.filter((url) => url.startsWith('https://a.')).length).toBeLessThan(11);
  });

  test('of a shop that brings eleven for each product do not keep another shop waiting until all are done', async () => {
    const { images, loaded } = createImages();
    const many = Array.from({ length: 10 }, () => images.embed(urls('many', 11), { caller: 'many' }));
    await images.embed(urls('one', 1), { caller: 'one' });
    expect(loaded.length).toBeLessThan(30);
    await Promise.all(many);
  });
});
