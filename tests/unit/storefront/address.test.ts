import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../../examples/storefront/src/address.ts';
import { EMPTY_SEARCH, type Search } from '../../../examples/storefront/src/search.ts';

const EVERYTHING: Search = {
  text: 'red dress & "more" 100%',
  exclude: 'long sleeves',
  like: undefined,
  photo: '123',
  imageUrl: undefined,
  region: { x: 0.125, y: 0.25, width: 0.5, height: 0.75 },
  categories: ['clothing', 'home & garden'],
  attributes: { color: ['navy blue', 'red'], q: ['a value of an attribute that is called like ours'] },
  minPrice: 20,
  maxPrice: 79.5,
  inStock: true,
  sort: 'PRICE_ASC',
  leaveAlone: ['under 80', 'red'],
  asTyped: true,
  collapsed: true,
  varied: true,
  product: 'sku-0105',
};

describe('the address of the shop', () => {
  test('holds the whole search, so that a reload and a link show the same', () => {
    const address = formatAddress(EVERYTHING);
    expect(parseAddress(address.slice(1))).toEqual(EVERYTHING);
    expect(Object.keys(EVERYTHING).toSorted()).toEqual(Object.keys(EMPTY_SEARCH).toSorted());
  });

  test('is short where nothing is asked for', () => {
    expect(formatAddress(EMPTY_SEARCH)).toBe('/');
    expect(formatAddress(parseAddress('?q=red+dress'))).toBe('/?q=red+dress');
  });

  test('that somebody mistyped shows what can be read of it', () => {
    const read = parseAddress('?q=bag&min=cheap&max=-3&sort=LATEST&part=0.9,0.9,0.5,0.5&unknown=1');
    expect(read).toEqual({ ...EMPTY_SEARCH, text: 'bag' });
  });
});
