import { describe, expect, test } from 'vitest';
import {
  imageCountOf,
  imagesOf,
  toPoint as pointOf,
  toFacts,
  toProduct,
  toProductId,
} from '../../../../../src/adapters/vector-store/qdrant/point.ts';
import { toPointId } from '../../../../../src/adapters/vector-store/qdrant/point-id.ts';
import { productVector, questionVector } from '../../../../../src/adapters/vector-store/qdrant/sparse.ts';
import { createTokenizer } from '../../../../../src/adapters/vector-store/tokens.ts';
import type { IndexedProduct } from '../../../../../src/adapters/vector-store/types.ts';
import { AppError } from '../../../../../src/errors.ts';
import { makeItem, makeProduct } from '../../../../contract/vector-store/fixtures.ts';

const { read, weighWords } = await createTokenizer('english');
const toPoint = (item: IndexedProduct, dimension: number) => pointOf(item, weighWords(item.product), dimension);

describe('the id of a point', () => {
  test('stays the same for good, or every product would be stored a second time', () => {
    expect(toPointId('sku-0001')).toBe('a9a0ae7c-4f22-52be-b5a4-18b4a29cbff4');
    expect(toPointId('größe 👜')).toBe('c19c89d1-35fd-5c5d-a748-bd5188910167');
  });

  test.each(['a', 'A', '', '0', 'ü'.repeat(128)])('is a UUID of version 5: %j', (id) => {
    expect(toPointId(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('the point of a product', () => {
  test('gives the product back as it was', () => {
    const product = makeProduct({ id: 'a/b', price: 12.9, attributes: [{ name: 'a=b', value: '=' }] });
    const { payload } = toPoint({ product, embedding: new Float32Array(2) }, 2);
    expect(toProduct(JSON.parse(JSON.stringify(payload)))).toEqual(product);
    expect(toProductId(payload)).toBe('a/b');
  });

  test('of before there were additional images has none', () => {
    const product = makeProduct({ id: 'a' });
    const { payload } = toPoint({ product, embedding: new Float32Array(2) }, 2);
    const { additionalImageUrls, ...old } = { additionalImageUrls: undefined, ...payload };
    expect(additionalImageUrls).toEqual([]);
    expect(toProduct(old)).toEqual(product);
  });

  test('a price that the client reads as a bigint is a number again', () => {
    const { payload } = toPoint(makeItem({ id: 'a' }, 1), 8);
    expect(toProduct({ ...payload, price: 2n ** 60n }).price).toBe(2 ** 60);
  });

  test('its words are those a shopper may look for, without the names of attributes', () => {
    const item = makeItem(
      {
        id: 'sku-1',
        name: 'Red bag!',
        description: 'For a day.',
        category: 'Bags',
        attributes: [{ name: 'maker', value: 'Acme' }],
      },
      1,
    );
    const words = read('red bag sku 1 for a day Acme').map(({ stem }) => stem);
    expect(toPoint(item, 8).payload?.words).toEqual(expect.arrayContaining(words));
    expect(toPoint(item, 8).payload?.words).toHaveLength(words.length);
  });

  test('a word of the name says more than one of the category, and that more than one of the description', () => {
    const { weights, length } = weighWords(
      makeProduct({ id: 'x', name: 'red', category: 'bags', description: 'soft warm' }),
    );
    const { indices, values } = productVector({ weights, length });
    const [red = 0, bag = 0, soft = 0, warm = 0] = questionVector(['red', 'bag', 'soft', 'warm']).indices.map(
      (index) => values[indices.indexOf(index)] ?? 0,
    );
    expect(red).toBeGreaterThan(bag);
    expect(bag).toBeGreaterThan(soft);
    expect(warm).toBe(soft);
  });

  test('every image is a vector of its own, and the point says how many there are', () => {
    const point = toPoint(makeItem({ id: 'a' }, Float32Array.of(1, 0, 0, 1, 0.5, 0.5)), 2);
    expect(imagesOf(point.vector)).toEqual([
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ]);
    expect(imageCountOf(point.payload)).toBe(3);
  });

  test('half a surrogate pair does not make the server refuse the whole batch', () => {
    const item = makeItem({ id: 'a\ud800', name: 'b\udc00', attributes: [{ name: '\ud800', value: '\ud800' }] }, 1);
    expect(JSON.stringify(toPoint(item, 8))).not.toMatch(/\\ud[89a-f]/i);
  });

  test('a point that Vitrine did not write is told apart from a product', () => {
    expect(() => toProduct({ productId: 'a' })).toThrow(AppError);
    expect(() => toProductId({ title: 'a' })).toThrow(AppError);
    expect(() => toFacts({ productId: 'a' })).toThrow(AppError);
    expect(() => toProduct(null)).toThrow('not a product of Vitrine');
  });
});
