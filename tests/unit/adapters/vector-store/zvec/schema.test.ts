import { describe, expect, test } from 'vitest';
import {
  attributeToken,
  BUCKETS,
  categoryToken,
  documentKey,
  fromPayload,
  toDocument,
  token,
} from '../../../../../src/adapters/vector-store/zvec/schema.ts';
import { makeItem } from '../../../../contract/vector-store/fixtures.ts';

describe('a product as a document of the embedded store', () => {
  test('keys and tokens hold no character that the engine could misread, and fit its limit of 64', () => {
    for (const id of ['a', "'", '\\', 'x'.repeat(128), '👜 / 商品', '\ud800', '\u0000']) {
      expect(documentKey(id)).toMatch(/^[\w-]{43}$/);
    }
  });

  test('different values have different tokens', () => {
    const tokens = [
      token('a', 'b=c'),
      token('a=b', 'c'),
      token('a', 'b', 'c'),
      token('["a","b"]'),
      token('a', 'b'),
      categoryToken('x'),
      attributeToken('x', ''),
      documentKey('x'),
      documentKey('\ud800'),
      documentKey('\ud801'),
      documentKey('\u00e9'),
      documentKey('e\u0301'),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  test('the payload gives back the product, whatever its texts hold', () => {
    const item = makeItem({ id: '\ud800"\\\u0000', price: 12.9, attributes: [{ name: 'a\nb', value: '👜' }] }, 1);
    expect(fromPayload(String(toDocument(item).fields?.payload))).toEqual(item.product);
  });

  test('what shoppers search for is name, description, category, id and attribute values, not attribute names', () => {
    const product = {
      id: 'sku-0042',
      name: 'Caf\u0065\u0301 (red)',
      description: 'a "quoted" AND b',
      category: 'Bags & More',
      attributes: [{ name: 'maker', value: "O'Neill_2" }],
    };
    expect(toDocument(makeItem(product, 1)).fields?.words).toBe('Café red a quoted AND b Bags More sku 0042 O Neill 2');
  });

  test('an attribute that stands twice is one token, and the bucket is in range', () => {
    const attributes = [
      { name: 'color', value: 'red' },
      { name: 'color', value: 'red' },
    ];
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      const { fields } = toDocument(makeItem({ id, attributes }, 1));
      expect(fields?.attributes).toEqual([attributeToken('color', 'red')]);
      expect(fields?.bucket).toBeGreaterThanOrEqual(0);
      expect(fields?.bucket).toBeLessThan(BUCKETS);
    }
  });
});
