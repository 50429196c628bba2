import { describe, expect, test } from 'vitest';
import type { ProductDraft } from '../../../../src/product.ts';
import { readCatalogue } from '../../../../src/services/import/read-catalogue.ts';
import type { CatalogueFormat } from '../../../../src/services/import/types.ts';
import {
  attributeColumns,
  csvHeader,
  toCsvRecord,
  toJsonLine,
} from '../../../../src/services/import/write-catalogue.ts';
import { parseProductInput, productInputSchema } from '../../../../src/services/indexing/product-draft.ts';

const draft = (fields: Partial<ProductDraft> & { id: string }): ProductDraft =>
  parseProductInput({ name: 'A', category: 'c', price: 1, imageUrl: 'https://x.example/a.jpg', ...fields });

const PRODUCTS = [
  draft({ id: 'plain', attributes: [{ name: 'color', value: 'red' }] }),
  draft({
    id: '"quotes", commas; and\ttabs',
    name: 'Kleid „Frühling“ 👗, 5" wide',
    description: 'line one\nline "two"\n\nline four',
    category: '=SUM(A1)',
    price: 0.1,
    currency: 'CHF',
    inStock: false,
    attributes: [
      { name: 'size', value: 'M' },
      { name: 'color', value: 'red, dark' },
      { name: 'color', value: 'blue' },
      { name: '42', value: 'a name like a number' },
      { name: '__proto__', value: 'a name with a meaning' },
    ],
  }),
  draft({ id: '17', price: 1e21, description: '', attributes: [] }),
  draft({ id: 'views', additionalImageUrls: ['https://x.example/b c.jpg?d,e=1', 'https://x.example/f;g.jpg'] }),
  draft({ id: 'cheap', price: 0.000_000_1, attributes: [{ name: 'Shoe size', value: '42' }] }),
];

async function* from<Item>(items: readonly Item[]) {
  yield* items;
}

async function write(format: CatalogueFormat, products: readonly ProductDraft[]): Promise<string> {
  if (format === 'jsonl') return products.map(toJsonLine).join('\n');
  const columns = await attributeColumns(from(products));
  return [csvHeader(columns), ...products.map((product) => toCsvRecord(product, columns))].join('\n');
}

async function read(format: CatalogueFormat, text: string): Promise<unknown[]> {
  const products: unknown[] = [];
  for await (const line of readCatalogue(from([Buffer.from(text)]), format)) {
    products.push('error' in line ? line : productInputSchema.parse(line.input));
  }
  return products;
}

describe('what an export writes, an import reads', () => {
  test('as JSON Lines, every product comes back just as it was', async () => {
    expect(await read('jsonl', await write('jsonl', PRODUCTS))).toEqual(PRODUCTS);
  });

  test('as CSV, every product comes back with its attributes in the order of the columns', async () => {
    const byName = ({ attributes, ...product }: ProductDraft) => ({
      ...product,
      attributes: attributes.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    });
    expect(await read('csv', await write('csv', PRODUCTS))).toEqual(PRODUCTS.map(byName));
  });

  test('attributes stand as people write them, color: red', () => {
    expect(toJsonLine(draft({ id: 'a', attributes: [{ name: 'color', value: 'red' }] }))).toContain(
      '"attributes":{"color":"red"}',
    );
  });

  test('an empty catalogue is a file that can be opened', async () => {
    expect(await write('csv', [])).toBe(
      'id,name,description,category,price,currency,inStock,imageUrl,additionalImageUrls',
    );
  });

  test('a URL with the sign that stands between images stays one URL, written as the standard has it', async () => {
    const product = draft({ id: 'a', additionalImageUrls: ['https://x.example/a|b.jpg', 'https://x.example/c.jpg'] });
    const [back] = await read('csv', await write('csv', [product]));
    expect(back).toMatchObject({
      additionalImageUrls: ['https://x.example/a%7Cb.jpg', 'https://x.example/c.jpg'],
    });
  });

  test('an attribute that came after the columns were looked for is not lost in silence', () => {
    expect(() => toCsvRecord(draft({ id: 'a', attributes: [{ name: 'new', value: '1' }] }), ['color'])).toThrow(
      'Products were written during the export',
    );
  });
});
