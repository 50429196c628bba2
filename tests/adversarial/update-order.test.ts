import { describe, expect, test } from 'vitest';
import { quickProduct as product, useHeldImages } from '../support/held-images.ts';
import { DeleteProduct, GetProduct, IndexProduct, IndexProducts, UpdateProduct } from '../support/operations.ts';

const held = useHeldImages();
const heldUrl = () => held.images.url('/held.png');
const index = (id: string, name: string) => held.vitrine.data(IndexProduct, { input: product(id, name) });
const update = (id: string, patch: object) => held.vitrine.ask(UpdateProduct, { id, patch });
const stored = async (id: string) => (await held.vitrine.data(GetProduct, { id })).product;

const beginSlow = (id: string, name: string) =>
  held.begin(() => held.vitrine.data(IndexProduct, { input: held.slowProduct(id, name) }));

describe('an update of a product that is still being indexed', () => {
  test('takes effect on what is being indexed, not on what was there before', async () => {
    await index('a', 'As it was');
    const indexing = await beginSlow('a', 'As it will be');
    const updating = update('a', { price: 7 });
    await indexing.finish();
    expect((await updating).data?.updateProduct).toMatchObject({ name: 'As it will be', price: 7 });
    expect(await stored('a')).toMatchObject({ name: 'As it will be', price: 7 });
  });

  test('finds a product that was not there before', async () => {
    const indexing = await beginSlow('b', 'New');
    const updating = update('b', { price: 7 });
    await indexing.finish();
    expect((await updating).errors).toBeUndefined();
    expect(await stored('b')).toMatchObject({ name: 'New', price: 7 });
  });

  test('whose image cannot be had takes effect on what was there before', async () => {
    await index('c', 'As it was');
    const asked = held.images.asked('/held.png');
    const input = { ...product('c', 'Broken'), imageUrl: heldUrl() };
    const broken = { ...product('c', 'Broken'), imageUrl: held.images.url('/404') };
    const batch = held.vitrine.data(IndexProducts, { inputs: [broken, { ...input, id: 'c2' }] });
    await asked;
    // The rest of the batch is still under way.
    expect((await update('c', { price: 7 })).data?.updateProduct).toMatchObject({ name: 'As it was', price: 7 });
    held.images.release();
    expect((await batch).indexProducts).toMatchObject({ indexed: 1, failed: 1 });
  });

  test('is over when a later write has replaced the product, which wins', async () => {
    const indexing = await beginSlow('d', 'Earlier');
    const updating = update('d', { name: 'Updated' });
    await index('d', 'Later');
    // It does not wait for the earlier image any more.
    expect((await updating).data?.updateProduct.name).toBe('Later');
    await indexing.finish();
    expect((await stored('d'))?.name).toBe('Later');
  });

  test('does not bring back a product that was deleted in between', async () => {
    const indexing = await beginSlow('e', 'Earlier');
    const updating = update('e', { price: 7 });
    expect((await held.vitrine.data(DeleteProduct, { id: 'e' })).deleteProduct).toBe(true);
    expect((await updating).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    await indexing.finish();
    expect(await stored('e')).toBeNull();
  });
});

describe('an update whose new image is slow', () => {
  test('holds up neither a later indexing nor its victory', async () => {
    await index('f', 'As it was');
    const updating = await held.begin(() => update('f', { imageUrl: heldUrl(), name: 'Updated' }));
    await index('f', 'Later');
    expect((await stored('f'))?.name).toBe('Later');
    expect((await updating.finish()).data?.updateProduct.name).toBe('Later');
    expect(await stored('f')).toMatchObject({ name: 'Later', imageUrl: product('f', '').imageUrl });
  });

  test('does not bring back what is deleted meanwhile', async () => {
    await index('g', 'As it was');
    const updating = await held.begin(() => update('g', { imageUrl: heldUrl() }));
    await held.vitrine.data(DeleteProduct, { id: 'g' });
    expect((await updating.finish()).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await stored('g')).toBeNull();
  });

  test('loses none that comes later', async () => {
    await index('h', 'As it was');
    const updating = await held.begin(() => update('h', { imageUrl: heldUrl(), price: 1 }));
    const later = update('h', { price: 2 });
    await updating.finish();
    await later;
    expect(await stored('h')).toMatchObject({ imageUrl: heldUrl(), price: 2 });
  });
});

describe('many updates at one time', () => {
  test('are all carried out, and of those to one field the last one stays', async () => {
    await index('many', 'As it was');
    const patches = Array.from({ length: 100 }, (_, number) =>
      [{ name: `Name ${number}` }, { price: number }, { category: `c${number}` }, { description: `d${number}` }].slice(
        number % 4,
        (number % 4) + 1,
      ),
    ).flat();
    const answers = await Promise.all(patches.map((patch) => update('many', patch)));
    expect(answers.filter(({ errors }) => errors)).toEqual([]);
    expect(await stored('many')).toMatchObject({ name: 'Name 96', price: 97, category: 'c98', description: 'd99' });
  });
});
