import { describe, expect, test } from 'vitest';
import { quickProduct as product, useHeldImages } from '../support/held-images.ts';
import { DeleteProduct, FindProducts, GetProduct, IndexProduct, IndexProducts } from '../support/operations.ts';

const held = useHeldImages();
/** Begins to index a product whose image is held back; resolves once its image is asked for. */
const beginSlow = (id: string, name: string) =>
  held.begin(() => held.vitrine.data(IndexProduct, { input: held.slowProduct(id, name) }));
const nameOf = async (id: string) => (await held.vitrine.data(GetProduct, { id })).product?.name;

describe('two writes to one product, the earlier with a slow image', () => {
  test('an acknowledged write stays: the earlier one does not overwrite it when it comes to its end', async () => {
    const earlier = await beginSlow('a', 'Earlier');
    expect((await held.vitrine.data(IndexProduct, { input: product('a', 'Later') })).indexProduct.name).toBe('Later');
    expect((await earlier.finish()).indexProduct.name).toBe('Earlier');
    expect(await nameOf('a')).toBe('Later');
    const { searchProducts } = await held.vitrine.data(FindProducts, { query: { text: 'Earlier', mode: 'LEXICAL' } });
    expect(searchProducts.edges).toEqual([]);
  });

  test('the same for a batch, whose other products are written', async () => {
    const earlier = held.images.asked('/held.png');
    const inputs = [held.slowProduct('b', 'Earlier'), product('b2', 'Beside')];
    const batch = held.vitrine.data(IndexProducts, { inputs });
    await earlier;
    await held.vitrine.data(IndexProduct, { input: product('b', 'Later') });
    held.images.release();
    expect((await batch).indexProducts).toMatchObject({ indexed: 2, failed: 0 });
    expect([await nameOf('b'), await nameOf('b2')]).toEqual(['Later', 'Beside']);
  });

  test('an import that leaves alone what has not changed does not take the earlier write for the last word', async () => {
    await held.vitrine.data(IndexProduct, { input: product('c', 'As it was') });
    const earlier = await beginSlow('c', 'Changed');
    await held.vitrine.data(IndexProducts, { inputs: [product('c', 'As it was')], skipUnchanged: true });
    await earlier.finish();
    expect(await nameOf('c')).toBe('As it was');
  });

  test('a product that is deleted while its image is fetched stays deleted, and was there to be deleted', async () => {
    const earlier = await beginSlow('d', 'Comes back');
    expect((await held.vitrine.data(DeleteProduct, { id: 'd' })).deleteProduct).toBe(true);
    expect((await held.vitrine.data(DeleteProduct, { id: 'd' })).deleteProduct).toBe(false);
    await earlier.finish();
    expect(await nameOf('d')).toBeUndefined();
  });

  test('a product that is indexed again after its deletion is there, whatever was under way before', async () => {
    const earlier = await beginSlow('e', 'Earlier');
    await held.vitrine.data(DeleteProduct, { id: 'e' });
    await held.vitrine.data(IndexProduct, { input: product('e', 'Again') });
    await earlier.finish();
    expect(await nameOf('e')).toBe('Again');
  });

  test('a later write that fails takes nothing away from the earlier', async () => {
    const earlier = await beginSlow('f', 'Earlier');
    const broken = { ...product('f', 'Later'), imageUrl: held.images.url('/404') };
    expect((await held.vitrine.ask(IndexProduct, { input: broken })).errors?.[0]?.extensions.code).toBe(
      'IMAGE_UNREACHABLE',
    );
    await earlier.finish();
    expect(await nameOf('f')).toBe('Earlier');
  });
});
