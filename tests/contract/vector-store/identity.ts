import { describe, expect, test } from 'vitest';
import { StartupError } from '../../../src/errors.ts';
import { idsOf, makeItem, searchAll, searchWords, unitVector } from './fixtures.ts';
import type { SuiteContext } from './suite-context.ts';

/** The error that a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('It was accepted.'),
    (error: unknown) => error,
  );
}

export function describeIdentity(context: SuiteContext): void {
  describe('opening', () => {
    const items = Array.from({ length: 30 }, (_, index) =>
      makeItem({ id: `p${index}`, name: `Lamp number${index}`, category: `c${index % 3}`, price: index + 0.9 }, index),
    );

    test('after closing and opening again everything is there and answers are the same', async () => {
      const identity = context.newIdentity();
      const before = await context.open(identity);
      await before.upsert(items);
      await before.delete('p7');
      await before.upsert([makeItem({ id: 'p8', name: 'Lantern' }, 80)]);
      const scorings = [
        { by: 'vector', embedding: unitVector(4) },
        { by: 'lexical', text: 'lamp number4' },
        { by: 'filter' },
      ] as const;
      const answers = await Promise.all(scorings.map((scoring) => searchAll(before, scoring)));
      const stats = await before.stats();
      await before.close();

      const after = await context.open(identity);
      expect(await after.stats()).toEqual(stats);
      expect(await after.count()).toBe(29);
      for (const [index, scoring] of scorings.entries()) {
        const hits = await searchAll(after, scoring);
        const expected = answers[index] ?? [];
        expect(idsOf(hits)).toEqual(idsOf(expected));
        hits.forEach(({ score, product }, place) => {
          expect(score).toBeCloseTo(expected[place]?.score ?? Number.NaN, 4);
          expect(product).toEqual(expected[place]?.product);
        });
      }
      await after.upsert([makeItem({ id: 'new', name: 'Chandelier' }, 90)]);
      expect(idsOf(await searchWords(after, 'chandelier'))).toEqual(['new']);
    });

    test.each([
      { change: { modelId: 'Xenova/clip-vit-base-patch32' }, shown: 'Xenova/clip-vit-base-patch32' },
      { change: { modelId: 'Xenova/clip-vit-base-patch32', dimension: 16 }, shown: 'Xenova/clip-vit-base-patch32' },
      { change: { dimension: 16 }, shown: '16' },
    ])('vectors of two models are never mixed: $change', async ({ change, shown }) => {
      const identity = context.newIdentity();
      const store = await context.open(identity);
      await store.upsert(items);
      await store.close();

      const failure = await failureOf(context.open({ ...identity, ...change }));
      expect(failure).toBeInstanceOf(StartupError);
      const message = failure instanceof Error ? failure.message : '';
      expect(message).toContain('mini');
      expect(message).toContain(shown);
      expect(message).toContain('COLLECTION');
      expect(message).toContain('CLIP_MODEL');

      const again = await context.open(identity);
      expect(await again.count()).toBe(items.length);
    });

    test('words are stemmed in the language of the collection', async () => {
      const store = await context.open({ ...context.newIdentity(), language: 'german' });
      await store.upsert([
        makeItem({ id: 'dress', name: 'Rotes Kleid', description: 'Für die Straße' }, 1),
        makeItem({ id: 'lamp', name: 'Lampe', description: 'Und ein Schirm, der leuchtet' }, 2),
      ]);
      expect(idsOf(await searchWords(store, 'Kleider'))).toEqual(['dress']);
      expect(idsOf(await searchWords(store, 'kleidern in rot'))).toEqual(['dress']);
      expect(idsOf(await searchWords(store, 'STRASSEN'))).toEqual(['dress']);
      // Stop words of the language ask for nothing.
      expect(idsOf(await searchWords(store, 'der Kleider'))).toEqual(['dress']);

      const english = await context.open({ ...context.newIdentity(), language: 'english' });
      await english.upsert([makeItem({ id: 'dress', name: 'Rotes Kleid' }, 1)]);
      expect(await searchWords(english, 'Kleider')).toEqual([]);
    });

    test('words of two languages are never mixed, or half of them would not be found', async () => {
      const identity = context.newIdentity();
      const store = await context.open(identity);
      await store.upsert(items);
      await store.close();

      const failure = await failureOf(context.open({ ...identity, language: 'german' }));
      expect(failure).toBeInstanceOf(StartupError);
      const message = failure instanceof Error ? failure.message : '';
      for (const said of ['english', 'german', 'SEARCH_LANGUAGE=english', 'COLLECTION'])
        expect(message).toContain(said);

      const again = await context.open(identity);
      expect(await again.count()).toBe(items.length);
    });

    test('shops whose names look alike have collections of their own', async () => {
      const identity = context.newIdentity();
      const names = [identity.name, `${identity.name}__mini`, `${identity.name}_mini`, identity.name.toUpperCase()];
      for (const [index, name] of names.entries()) {
        const store = await context.open({ ...identity, name });
        expect(await store.count()).toBe(0);
        await store.upsert([makeItem({ id: `only-${index}` }, index)]);
        await store.close();
      }
      for (const [index, name] of names.entries()) {
        const store = await context.open({ ...identity, name });
        expect(idsOf(await searchAll(store, { by: 'filter' }))).toEqual([`only-${index}`]);
      }
    });

    test('a model id with slashes, blanks and letters of any kind can be used', async () => {
      const identity = { ...context.newIdentity(), modelId: 'Some Org/модель:v1.0 é' };
      const store = await context.open(identity);
      await store.upsert([makeItem({ id: 'a' }, 1)]);
      await store.close();
      expect(await (await context.open(identity)).count()).toBe(1);
    });
  });
}
