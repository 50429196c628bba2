import { expect, test } from 'vitest';
import type { Found } from '../../../src/cli/operations.ts';
import { collectAttribute, wholeNumberBetween, wordOption } from '../../../src/cli/options.ts';
import { formatFound } from '../../../src/cli/search-command.ts';
import { formatStats } from '../../../src/cli/stats-command.ts';
import { createProgress } from '../../../src/terminal/progress.ts';

const found: Found = {
  matchCount: 12,
  totalCount: 1250,
  timing: { fetch: 0, embed: 4.21, search: 1.06, total: 5.5 },
  hits: [
    {
      score: 0.98765,
      similarity: 0.31234,
      matchedImageUrl: 'https://shop.example/1.jpg',
      product: {
        id: 'sku-1',
        name: 'Red dress',
        description: '',
        category: 'dresses',
        price: 49.9,
        currency: 'EUR',
        additionalImageUrls: [],
        imageUrl: 'https://shop.example/1.jpg',
        attributes: [],
        inStock: true,
        indexedAt: '2026-01-31T12:00:00.000Z',
      },
    },
  ],
};

test('a search shows rank, scores, price, category, name and id, and what it took', () => {
  const [first] = found.hits;
  const second = first && { ...first, similarity: null, product: { ...first.product, id: 'sku-2', inStock: false } };
  const text = formatFound({ ...found, hits: [...found.hits, ...(second ? [second] : [])] }, {});
  expect(text.split('\n')).toEqual([
    '#  Score  Similarity      Price  Category  Name                  Id',
    '1  0.988       0.312  49.90 EUR  dresses   Red dress             sku-1',
    '2  0.988           –  49.90 EUR  dresses   Red dress (sold out)  sku-2',
    '',
    '2 of 12 that match among 1,250 products (fetch 0.0 ms, embed 4.2 ms, search 1.1 ms, total 5.5 ms)',
  ]);
});

test('a search without a hit says so', () => {
  expect(formatFound({ ...found, hits: [] }, {})).toContain('Nothing found in 1,250 products');
});

test('piped output has no colour and cuts nothing', () => {
  expect(formatFound(found, { isTTY: false, columns: 20, hasColors: () => true })).not.toContain('\u001b');
  expect(formatFound(found, { isTTY: false, columns: 20 })).toContain('Red dress');
  expect(formatFound(found, { isTTY: true, columns: 200, hasColors: () => false })).not.toContain('\u001b');
});

test('stats can be read, also of an empty collection', () => {
  const facts = { name: 'products__mini__512', backend: 'sqlite', model: 'mini', dimension: 512, distance: 'Cosine' };
  const categories = [
    { category: 'shoes', count: 1200 },
    { category: 'bags', count: 50 },
  ];
  expect(formatStats({ ...facts, productCount: 1250, priceMin: 1, priceMax: 499.5, categories }).split('\n')).toEqual([
    'Collection  products__mini__512 (sqlite)',
    'Model       mini, 512 dimensions, Cosine',
    'Products    1,250',
    'Prices      1.00 to 499.50',
    '',
    'Category  Products',
    'shoes        1,200',
    'bags            50',
  ]);
  expect(formatStats({ ...facts, productCount: 0, priceMin: null, priceMax: null, categories: [] })).toMatch(
    /Products {4}0\nPrices {6}–$/,
  );
});

test('values of one attribute are alternatives, and other attributes are further conditions', () => {
  const attributes = ['color=red', 'color=dark=blue', 'size=M'].reduce<ReadonlyMap<string, readonly string[]>>(
    (earlier, text) => collectAttribute(text, earlier),
    new Map(),
  );
  expect(Object.fromEntries(attributes)).toEqual({ color: ['red', 'dark=blue'], size: ['M'] });
});

test.each(['color', '=red', 'color= '])('an attribute written as "%s" is refused with the right form', (text) => {
  expect(() => collectAttribute(text, undefined)).toThrow('It must look like color=red.');
});

test('numbers out of range, empty or not whole are refused', () => {
  const parse = wholeNumberBetween(1, 100);
  expect(parse('100')).toBe(100);
  for (const text of ['0', '101', '', 'ten', '1.5', 'NaN']) expect(() => parse(text)).toThrow(/It must be/);
});

test('a mode may be written in small letters', () => {
  const parse = (text: string) => wordOption('--mode <mode>', '', ['VECTOR', 'HYBRID']).parseArg?.(text, undefined);
  expect(parse('hybrid')).toBe('HYBRID');
  expect(() => parse('fuzzy')).toThrow('VECTOR, HYBRID');
});

test('without a terminal progress comes as plain lines, at most one every few seconds', () => {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const options = { stream: process.stderr, label: 'Importing', total: undefined, say };
  const tally = { indexed: 10, unchanged: 0, failed: 1 };
  createProgress({ ...options, everyMs: 60_000 }).update(tally);
  expect(lines).toEqual([]);
  createProgress({ ...options, everyMs: 0 }).update(tally);
  expect(lines).toEqual([expect.stringMatching(/^Importing: 11, 1 failed, [\d.]+\/s$/)]);
});
