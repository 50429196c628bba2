import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../src/errors.ts';
import {
  applyChanges,
  hashDraft,
  parseProductInput,
  parseProductPatch,
} from '../../../../src/services/indexing/product-draft.ts';

const minimal = { id: 'a', name: 'Mug', category: 'kitchen', price: 5, imageUrl: 'https://shop.example/mug.png' };

function issuesOf(input: Parameters<typeof parseProductInput>[0]): string[] {
  try {
    parseProductInput(input);
  } catch (error) {
    if (error instanceof AppError) return (error.details.issues ?? []).map(({ path }) => path.join('.'));
    throw error;
  }
  return [];
}

describe('a product that comes in', () => {
  test('gets the documented defaults, whether a field is left out or null', () => {
    const defaults = { description: '', currency: 'EUR', additionalImageUrls: [], attributes: [], inStock: true };
    expect(parseProductInput(minimal)).toEqual({ ...minimal, ...defaults });
    const nulls = { description: null, currency: null, additionalImageUrls: null, attributes: null, inStock: null };
    expect(parseProductInput({ ...minimal, ...nulls })).toEqual({ ...minimal, ...defaults });
  });

  test('has all its problems told at once', () => {
    const input = { id: '', name: ' ', category: 'x'.repeat(101), price: -1, currency: 'euro', imageUrl: 'ftp://a/b' };
    expect(issuesOf(input).sort()).toEqual(['category', 'currency', 'id', 'imageUrl', 'name', 'price']);
  });

  test.each([
    [{ price: Number.POSITIVE_INFINITY }, 'price'],
    [{ price: Number.NaN }, 'price'],
    [{ imageUrl: 'data:image/png;base64,AAAA' }, 'imageUrl'],
    [{ imageUrl: '/relative.png' }, 'imageUrl'],
    [{ description: 'x'.repeat(10_001) }, 'description'],
    [{ attributes: Array.from({ length: 51 }, () => ({ name: 'n', value: 'v' })) }, 'attributes'],
    [{ additionalImageUrls: Array(11).fill('https://x.example/') }, 'additionalImageUrls'],
    [{ additionalImageUrls: ['https://x.example/a', 'back.png'] }, 'additionalImageUrls.1'],
    [{ attributes: [{ name: '', value: 'v' }] }, 'attributes.0.name'],
    [{ id: 'half of \ud83d' }, 'id'],
    [{ description: '\udc00' }, 'description'],
  ])('is refused where it breaks a limit: %j', (change, path) => {
    expect(issuesOf({ ...minimal, ...change })).toEqual([path]);
  });
});

describe('what changes of a product', () => {
  test('is what was given, without the defaults of a new product', () => {
    expect(parseProductPatch('a', { price: 0, name: null })).toEqual({ price: 0 });
    const draft = parseProductInput({ ...minimal, currency: 'CHF', inStock: false });
    expect(applyChanges(draft, { price: 0, description: '' })).toEqual({ ...draft, price: 0 });
  });

  test('meets the limits of a new product, all at once', () => {
    const patch = { name: ' ', price: -1, currency: 'euro', description: 'x'.repeat(10_001) };
    const paths = ['id', 'patch.name', 'patch.description', 'patch.price', 'patch.currency'];
    expect(() => parseProductPatch('', patch)).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        details: { issues: paths.map((path) => expect.objectContaining({ path: path.split('.') })) },
      }),
    );
  });
});

test('an image that a feed names twice is stored and embedded once', () => {
  const [a, b] = ['https://shop.example/a.png', 'https://shop.example/b.png'];
  const draft = parseProductInput({ ...minimal, additionalImageUrls: [b, minimal.imageUrl, a, b] });
  expect(draft.additionalImageUrls).toEqual([b, a]);
});

describe('the content hash', () => {
  const draft = parseProductInput({
    ...minimal,
    attributes: [
      { name: 'b', value: '1' },
      { name: 'a', value: '2' },
    ],
  });

  test('is the same for the same product, so that a second import has nothing to do', () => {
    expect(hashDraft({ ...draft, attributes: [...draft.attributes].reverse() })).toBe(hashDraft(draft));
  });

  test('of one image is what it was before there could be several, so that nothing is indexed again for that', () => {
    expect(hashDraft(draft)).toBe('d75f5ccebae5ef17260772648fdecf472ab42bc893ab67d9fd3b75f458c25506');
  });

  test('differs when anything changes, so that no change is skipped', () => {
    const changes = [
      { additionalImageUrls: ['https://shop.example/a.png'] },
      { price: 6 },
      { name: 'Cup' },
      { inStock: false },
      { attributes: [{ name: 'b', value: '1' }] },
    ];
    const hashes = changes.map((change) => hashDraft({ ...draft, ...change }));
    expect(new Set([...hashes, hashDraft(draft)]).size).toBe(6);
  });
});
