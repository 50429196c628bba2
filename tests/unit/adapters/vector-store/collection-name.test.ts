import { describe, expect, test } from 'vitest';
import { collectionName, modelIdOf, modelMismatch } from '../../../../src/adapters/vector-store/collection-name.ts';

const named = (name: string, modelId = 'mini', dimension = 512) => collectionName({ name, modelId, dimension });

describe('names of collections', () => {
  test('say in plain letters what is inside', () => {
    expect(named('products')).toBe('products__mini__512');
    expect(named('products', 'Xenova/clip-vit-base-patch32')).toMatch(
      /^products__xenova-clip-vit-base-patch32-[0-9a-f]{8}__512$/,
    );
  });

  test('are safe as a folder and in a URL, on any system', () => {
    for (const part of ['../../etc', 'a b', 'Ä', '商品', '', '.', 'CON', 'x'.repeat(500), 'a\u0000b', '_a_', 'a___b']) {
      expect(named(part, part)).toMatch(/^[a-z0-9-][a-z0-9_-]{0,160}$/);
    }
  });

  test('two shops or two models never share a collection', () => {
    const names = [
      named('products'),
      named('Products'),
      named('products '),
      named('products__mini'),
      named('products_'),
      named('products', '_mini'),
      named('products__mini', 'other'),
      named('products', 'mini', 256),
      named('a/b'),
      named('a-b'),
      named('a:b'),
      named(`${'x'.repeat(80)}1`),
      named(`${'x'.repeat(80)}2`),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test('two models of one name have collections of their own, named after model and files', () => {
    const [one, other] = ['0123456789ab', 'ba9876543210'].map((digest) => modelIdOf({ id: 'mini', digest }));
    expect(named('products', one)).toBe('products__mini-0123456789ab__512');
    expect(named('products', other)).not.toBe(named('products', one));
  });

  test('the refusal names both models and each way out', () => {
    const stored = { name: 'products', modelId: 'mini', dimension: 512 };
    const { message } = modelMismatch(stored, { ...stored, modelId: 'Xenova/clip', dimension: 768 }, 'the folder x');
    for (const part of ['"mini" (512', '"Xenova/clip" (768', 'CLIP_MODEL=mini', 'COLLECTION', 'delete the folder x']) {
      expect(message).toContain(part);
    }
  });

  test('the refusal tells models of one name apart by their files', () => {
    const wanted = { name: 'products', modelId: 'shop-model-0123456789ab', dimension: 512 };
    const changed = modelMismatch({ ...wanted, modelId: 'shop-model-ba9876543210' }, wanted, 'x').message;
    expect(changed).toContain('"shop-model" (files ba9876543210, 512');
    expect(changed).toContain('"shop-model" (files 0123456789ab, 512');
    expect(changed).toContain('Go back to the files');

    const renamed = modelMismatch({ ...wanted, modelId: 'Xenova/clip-ba9876543210' }, wanted, 'x').message;
    expect(renamed).toContain('CLIP_MODEL=Xenova/clip)');
  });
});
