import { describe, expect, test } from 'vitest';
import { idsOf, makeItem, searchWords } from './fixtures.ts';
import { type SuiteContext, shareStore } from './suite-context.ts';

const ITEMS = [
  makeItem(
    {
      id: 'sku-0042',
      name: 'Aurelia Handbag',
      description: 'A roomy leather carrier with brass buckles. Everyday companion.',
      category: 'Accessories',
      attributes: [
        { name: 'shade', value: 'Crimson' },
        { name: 'maker', value: 'Brontë & Sons' },
      ],
    },
    1,
  ),
  makeItem(
    {
      id: 'sku-0043',
      name: 'Kestrel Runner',
      description: 'Mesh upper for long distances. Everyday companion.',
      category: 'Footwear',
      attributes: [{ name: 'shade', value: 'Teal' }],
    },
    2,
  ),
  makeItem(
    {
      id: 'ZX/81 b',
      name: 'Übergröße Café Hut',
      description: 'Für kühle Straßen. Everyday companion.',
      category: 'Headwear',
      attributes: [{ name: 'shade', value: 'Naïve' }],
    },
    3,
  ),
  makeItem(
    { id: 'cn-1', name: '红色 手提包', description: '皮革制成 Everyday companion.', category: 'Accessories' },
    4,
  ),
  makeItem({ id: 'empty-description', name: '👜 ?', description: 'Everyday companion.', category: 'Other' }, 5),
];

const OPERATORS = 'AND OR NOT && || ! " \' ( ) [ ] { } * ? ~ ^ : - + / \\ = < > @ # $ % & , ; . | `'.split(' ');

export function describeLexical(context: SuiteContext): void {
  describe('search by words', () => {
    const store = shareStore(context, () => ITEMS);
    const find = async (text: string): Promise<string[]> => {
      const hits = await searchWords(store(), text);
      for (const { score } of hits) expect(score).toBeGreaterThan(0);
      return idsOf(hits);
    };

    test.each([
      ['a word of the name', 'handbag'],
      ['a word of the description', 'buckles'],
      ['a word of an attribute value', 'crimson'],
      ['a brand with an accent', 'Brontë'],
      ['other letters, upper and lower', 'hAnDbAg'],
      ['several words of several fields', 'crimson leather aurelia'],
    ])('a product is found by %s', async (_what, text) => {
      expect(await find(text)).toEqual(['sku-0042']);
    });

    test('a product is found by its category', async () => {
      expect((await find('accessories')).sort()).toEqual(['cn-1', 'sku-0042']);
    });

    test('a product is found by its id, first of those that look alike', async () => {
      expect((await find('sku-0042'))[0]).toBe('sku-0042');
      expect((await find('SKU-0043'))[0]).toBe('sku-0043');
      expect(await find('0043')).toEqual(['sku-0043']);
      expect((await find('zx/81 b'))[0]).toBe('ZX/81 b');
    });

    test('names of attributes are not words to search for', async () => {
      expect(await find('shade')).toEqual([]);
      expect(await find('maker')).toEqual([]);
    });

    test('a word that every product has still finds them all, with scores above zero', async () => {
      expect((await find('companion')).sort()).toEqual(ITEMS.map(({ product }) => product.id).sort());
    });

    test('a product with more of the words comes before one with fewer', async () => {
      expect(await find('kestrel handbag leather')).toEqual(['sku-0042', 'sku-0043']);
    });

    test('words that nothing contains find nothing', async () => {
      expect(await find('zeppelin')).toEqual([]);
      expect(await find('handba')).toEqual([]);
    });

    test.each(['', ' ', '\n\t', '?!', '...', '"', '""', '( )', '\\', '*', '👜', '—', '\u0000'])(
      'a text without any word finds nothing and breaks nothing: %j',
      async (text) => {
        expect(await find(text)).toEqual([]);
      },
    );

    test.each(OPERATORS)('%s is plain text, not an operator', async (operator) => {
      expect(await find(`${operator} handbag`)).toEqual(['sku-0042']);
      expect(await find(`handbag ${operator} zeppelin`)).toEqual(['sku-0042']);
      expect(await find(`handbag ${operator}`)).toEqual(['sku-0042']);
      expect(await find(`${operator}handbag${operator} x`)).toEqual(/\w/.test(operator) ? [] : ['sku-0042']);
      expect((await find(`handbag ${operator} kestrel`)).sort()).toEqual(['sku-0042', 'sku-0043']);
    });

    test.each([
      '"handbag',
      '(handbag',
      'handbag)',
      'handbag"',
      '"aurelia handbag" AND',
      'name:handbag',
      '+handbag -aurelia',
      'handbag^9',
      'handbag~9',
      "'; drop",
    ])('half-written query syntax is read as words: %s', async (text) => {
      expect(await find(text)).toEqual(text.includes('handbag') ? ['sku-0042'] : []);
    });

    test('a star does not stand for letters', async () => {
      expect(await find('hand*')).toEqual([]);
      expect(await find('*bag')).toEqual([]);
    });

    test('words with accents, umlauts and sharp s are found', async () => {
      for (const text of ['Übergröße', 'übergröße', 'café', 'CAFÉ', 'kühle', 'Straßen', 'naïve']) {
        expect(await find(text)).toEqual(['ZX/81 b']);
      }
    });

    test('Chinese, Japanese, Arabic, emoji and broken characters break nothing', async () => {
      expect(await find('手提包')).toEqual(['cn-1']);
      for (const text of [
        'ハンドバッグ',
        '핸드백',
        'حقيبة يد',
        'กระเป๋า',
        'e\u0301',
        '\ud800',
        '👩‍👩‍👧 🇩🇪',
        '\ufeff\u200f',
      ]) {
        expect(await find(text)).toEqual([]);
      }
    });

    test('a text as long as the API allows is searched', async () => {
      expect(await find('handbag '.repeat(125))).toEqual(['sku-0042']);
      expect(await find(Array.from({ length: 160 }, (_, index) => `word${index}`).join(' '))).toEqual([]);
      expect(await find(`${'x'.repeat(990)} handbag`)).toEqual(['sku-0042']);
      expect(await find('手'.repeat(1000))).toBeInstanceOf(Array);
    });

    test('a filter holds for words too', async () => {
      const hits = await searchWords(store(), 'companion', { filter: { categories: ['Footwear', 'Headwear'] } });
      expect(idsOf(hits).sort()).toEqual(['ZX/81 b', 'sku-0043']);
    });
  });
}
