import { describe, expect, test } from 'vitest';
import { createNameCheck } from '../../../../src/services/import/columns.ts';
import { countProducts, formatOfFile, readCatalogue } from '../../../../src/services/import/read-catalogue.ts';
import { MAX_LINE_BYTES } from '../../../../src/services/import/read-lines.ts';
import type { CatalogueFormat, CatalogueLine } from '../../../../src/services/import/types.ts';

/** Bytes in pieces of `size`, so that lines and characters are cut anywhere. */
async function* inPieces(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(format: CatalogueFormat, content: string | Uint8Array, size = 7): Promise<CatalogueLine[]> {
  const lines: CatalogueLine[] = [];
  for await (const line of readCatalogue(inPieces(Buffer.from(content), size), format)) lines.push(line);
  return lines;
}

/** `line: id` or `line! error`. */
async function outline(format: CatalogueFormat, content: string | Uint8Array, size?: number): Promise<string[]> {
  const lines = await read(format, content, size);
  return lines.map((item) => ('error' in item ? `${item.line}! ${item.error}` : `${item.line}: ${item.input.id}`));
}

const BOM = '\u{feff}';

describe('JSON Lines', () => {
  test('a shop’s product arrives with all its fields, and what Vitrine does not know is ignored', async () => {
    const product = {
      id: 'a',
      name: 'Kleid „Frühling“ 👗',
      description: 'Line one\nline two',
      category: 'dresses',
      price: 49.9,
      currency: 'CHF',
      attributes: { color: 'red', size: 42, organic: true, brand: null },
      image: 'a.jpg',
      inStock: false,
      template: 'dress',
      c1: 'red',
    };
    expect(await read('jsonl', `${JSON.stringify(product)}\n`, 3)).toEqual([
      {
        line: 1,
        input: {
          id: 'a',
          name: 'Kleid „Frühling“ 👗',
          description: 'Line one\nline two',
          category: 'dresses',
          price: 49.9,
          currency: 'CHF',
          inStock: false,
          attributes: [
            { name: 'color', value: 'red' },
            { name: 'size', value: '42' },
            { name: 'organic', value: 'true' },
          ],
        },
        image: 'a.jpg',
      },
    ]);
  });

  test.each([
    [
      'Windows line ends, blank lines and a byte order mark',
      `${BOM}{"id":"a"}\r\n\r\n   \n{"id":"b"}`,
      ['1: a', '4: b'],
    ],
    ['a numeric id', '{"id":17}', ['1: 17']],
    ['an empty file', '', []],
  ])('%s cost no product', async (_what, content, expected) => {
    expect(await outline('jsonl', content)).toEqual(expected);
  });

  test('a bad line is reported with its number and the next line is read', async () => {
    const tooLong = `{"id":"long","name":"${'x'.repeat(MAX_LINE_BYTES)}"}`;
    const notUtf8 = Buffer.from([0x22, 0xe9, 0x22, 0x0a]);
    const content = Buffer.concat([
      Buffer.from(`{"id":"a"\n[1]\n"text"\nnull\n${tooLong}\n`),
      notUtf8,
      Buffer.from('{"id":"last"}'),
    ]);
    expect(await outline('jsonl', content, 65_536)).toEqual([
      expect.stringContaining('1! is not valid JSON'),
      expect.stringContaining('2! is not a JSON object'),
      expect.stringContaining('3! is not a JSON object'),
      expect.stringContaining('4! is not a JSON object'),
      expect.stringContaining('5! is longer than'),
      expect.stringContaining('6! is not UTF-8'),
      '7: last',
    ]);
  });

  test.each([
    [
      'imageUrl wins over image',
      { image: 'a.jpg', imageUrl: 'https://x.example/a.jpg' },
      'https://x.example/a.jpg',
      undefined,
    ],
    ['an empty imageUrl counts as none', { image: 'a.jpg', imageUrl: '' }, undefined, 'a.jpg'],
    ['a URL in image is an imageUrl', { image: 'https://x.example/a.jpg' }, 'https://x.example/a.jpg', undefined],
  ])('the right image is taken: %s', async (_rule, fields, imageUrl, image) => {
    const [line] = await read('jsonl', JSON.stringify({ id: 'a', ...fields }));
    expect(line).toMatchObject({ line: 1, input: imageUrl === undefined ? {} : { imageUrl } });
    expect(line && 'image' in line ? line.image : undefined).toBe(image);
  });
});

const HEADER = 'id,name,category,price,image';

describe('CSV', () => {
  test('a shop’s product arrives with all its fields, and columns Vitrine does not know are ignored', async () => {
    const content = [
      'Id, NAME ,description,category,price,currency,attributes.color,attributes.Shoe size,inStock,imageURL,supplier',
      '7,"Schuh, ""rot""","zwei\r\nZeilen",shoes,12.90,CHF,rot,,No,https://x.example/7.jpg,Müller',
    ].join('\r\n');
    expect(await read('csv', `${BOM}${content}\r\n`, 1)).toEqual([
      {
        line: 2,
        input: {
          id: '7',
          name: 'Schuh, "rot"',
          description: 'zwei\nZeilen',
          category: 'shoes',
          price: 12.9,
          currency: 'CHF',
          inStock: false,
          attributes: [{ name: 'color', value: 'rot' }],
          imageUrl: 'https://x.example/7.jpg',
        },
      },
    ]);
  });

  test.each([
    ['b.jpg|https://x.example/c.jpg | d e.jpg|', { additionalImages: ['b.jpg', 'https://x.example/c.jpg', 'd e.jpg'] }],
    ['https://x.example/b.jpg', { additionalImageUrls: ['https://x.example/b.jpg'] }],
    ['', {}],
  ])('more images stand in one cell: %j', async (cell, expected) => {
    const [line] = await read('csv', `${HEADER},additionalImages\na,A,c,1,a.jpg,${cell}`);
    if (!line || 'error' in line) return expect.fail('The line was not read.');
    const { additionalImages, input } = line;
    const { additionalImageUrls } = input;
    expect({ additionalImages, additionalImageUrls }).toEqual(expected);
  });

  test.each([
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['yes', true],
    ['false', false],
    ['0', false],
    ['no', false],
    ['', undefined],
    ['perhaps', 'perhaps'],
  ])('inStock "%s" is understood as %s', async (cell, expected) => {
    const [line] = await read('csv', `${HEADER},inStock\na,A,c,1,a.jpg,${cell}`);
    expect(line && 'input' in line ? line.input.inStock : line).toBe(expected);
  });

  test.each([
    ['12', 12],
    [' 12.50 ', 12.5],
    ['', undefined],
    ['"12,50"', '12,50'],
    ['1e3', '1e3'],
    ['free', 'free'],
    ['-1', '-1'],
  ])('a price of %s is never taken for another number', async (cell, expected) => {
    const [line] = await read('csv', `${HEADER}\na,A,c,${cell},a.jpg`);
    expect(line && 'input' in line ? line.input.price : line).toBe(expected);
  });

  test.each([
    ['semicolons', 'id;name;category;price;image\na;"A; B";c;1;a.jpg'],
    ['tabs', 'id\tname\tcategory\tprice\timage\na\tA, B\tc\t1\ta.jpg'],
  ])('a file divided by %s is read', async (_what, content) => {
    expect(await outline('csv', content)).toEqual(['2: a']);
  });

  test('a bad line costs itself alone, a quote that is never closed included', async () => {
    const content = [
      HEADER,
      'a,A,c,1',
      'b,B,c,1,b.jpg,extra',
      'c,C 5" wide,c,1,c.jpg',
      'd,D,c,1,d.jpg',
      'e,"E"x,c,1,e.jpg',
      ',,,,',
      '',
      'f,"never closed,c,1,f.jpg',
      'g,G,c,1,g.jpg',
    ].join('\n');
    expect(await outline('csv', content)).toEqual([
      expect.stringContaining('2! has 4 cells'),
      expect.stringContaining('3! has 6 cells'),
      expect.stringContaining('4! has a quote (") in a wrong place'),
      '5: d',
      expect.stringContaining('6! has a quote (") in a wrong place'),
      expect.stringContaining('9! opens a quote'),
      '10: g',
    ]);
  });

  test('a quote that stays open for longer than a line may be does not swallow the rest of the file', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => `${i},${'n'.repeat(4000)},c,1,x.jpg`);
    const lines = await outline('csv', [HEADER, 'bad,"open,c,1,x.jpg', ...rows].join('\n'), 65_536);
    expect(lines[0]).toContain('2! opens a quote');
    expect(lines).toHaveLength(rows.length + 1);
    expect(lines.at(-1)).toBe('502: 499');
  });

  test.each([
    ['id,name,category,price', 'missing: image'],
    ['name,image', 'missing: id, category, price'],
    ['id,name,category,price,image,ID', 'names the column id twice'],
    ['id,"name', 'opens a quote'],
  ])('a first line of %s is refused with what is wrong', async (header, message) => {
    await expect(read('csv', `${header}\na,b,c`)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(message),
    });
  });
});

test.each([
  ['products.jsonl', 'jsonl'],
  ['a/b.NDJSON', 'jsonl'],
  ['products.CSV', 'csv'],
  ['products.json', undefined],
  ['csv', undefined],
])('the format of %s is told by its name: %s', (path, format) => {
  expect(formatOfFile(path)).toBe(format);
});

test.each<[CatalogueFormat, string, number]>([
  ['jsonl', '{"id":"a"}\n\n{"id":"b\\"c"}\r\n  \r\n{}', 3],
  ['csv', `${HEADER}\r\na,"two\nlines",c,1,a\r\n\r\n,,,,\r\nb,B,c,1,b\r\n`, 2],
  ['csv', `${HEADER}\na,"A,c,1,a\nb,B,c,1,b\nc,C 5" wide,c,1,c\nd,D,c,1,d`, 4],
  ['csv', '', 0],
])(
  'the progress bar knows how many lines of a %s file there are to index, so that it never says "9 of 7"',
  async (format, content, expected) => {
    expect(await countProducts(inPieces(Buffer.from(content), 5), format)).toBe(expected);
    expect(await read(format, content)).toHaveLength(expected);
  },
);

describe('a misspelled column', () => {
  async function warningsAbout(format: CatalogueFormat, content: string): Promise<string[]> {
    const warnings: string[] = [];
    const checkNames = createNameCheck((name, meant) => warnings.push(`${name} -> ${meant}`));
    for (let reading = 0; reading < 2; reading += 1) {
      for await (const _line of readCatalogue(inPieces(Buffer.from(content), 5), format, checkNames));
    }
    return warnings;
  }

  test('is told once with the name that was meant, or every product would quietly count as in stock', async () => {
    expect(await warningsAbout('csv', 'id,name,category,price,image,in_stock\na,A,c,1,a.jpg,no')).toEqual([
      'in_stock -> inStock',
    ]);
    expect(await warningsAbout('jsonl', '{"id":"a","in_stock":false}\n{"in_stock":true,"Descripton":""}')).toEqual([
      'in_stock -> inStock',
      'Descripton -> description',
    ]);
  });

  test.each([
    ['id,name,category,prize,image', 'prize -> price'],
    ['id,name,category,price,image_url', 'image_url -> imageUrl'],
    ['id,name,category,price,image,Attribute.Color', 'Attribute.Color -> attributes.Color'],
  ])('is told for the header %s, also where the file cannot be used', async (header, warning) => {
    const warnings: string[] = [];
    const checkNames = createNameCheck((name, meant) => warnings.push(`${name} -> ${meant}`));
    const reading = readCatalogue(inPieces(Buffer.from(header), 5), 'csv', checkNames);
    await reading.next().catch(() => undefined);
    expect(warnings).toEqual([warning]);
  });

  test('is not seen in columns of the shop’s own, nor beside the right one', async () => {
    const own = 'supplier,template,c1,sku,title,ean,brand,in_store,updated_at,price_old,image2,weight.kg';
    const header = `Id,NAME,category,price,image,inStock,in-stock,attributes.in_stock,${own}`;
    expect(await warningsAbout('csv', header)).toEqual([]);
    expect(await warningsAbout('jsonl', '{"id":"a","ids":[],"image":"a.jpg","images":[],"options":{}}')).toEqual([]);
  });
});
