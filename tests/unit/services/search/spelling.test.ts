import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../../../src/adapters/vector-store/tokens.ts';
import { vectorStoreUnavailable } from '../../../../src/errors.ts';
import { createSpelling } from '../../../../src/services/search/spelling.ts';

const tokenizer = await createTokenizer('english');

/** Spelling over a catalogue whose words have these frequencies. */
function spellingOver(counts: Record<string, number>) {
  const words = Object.entries(counts)
    .map(([word, count]) => ({ word, stem: tokenizer.read(word)[0]?.stem ?? word, count }))
    .sort((left, right) => right.count - left.count || (left.word < right.word ? -1 : 1));
  const lexicon = {
    words,
    stems: new Map(words.map(({ stem, count }) => [stem, count])),
    categories: [],
    attributes: [],
  };
  return createSpelling({ vocabulary: { current: async () => lexicon }, tokenizer });
}

const shop = spellingOver({
  dress: 40,
  dresses: 40,
  leather: 30,
  boots: 20,
  boats: 4,
  coat: 12,
  coats: 12,
  boost: 3,
  handbag: 9,
  sneakers: 30,
  speakers: 2,
  waterproof: 8,
  trousers: 7,
  cafe: 2,
  shirt: 25,
  skirt: 11,
  red: 50,
  with: 60,
  v2: 3,
  '256gb': 3,
  constructor: 1,
});

describe('misspelled words', () => {
  test.each([
    ['a letter left out', 'leater', 'leather'],
    ['a letter too many', 'leatther', 'leather'],
    ['a wrong letter', 'leathor', 'leather'],
    ['two letters swapped, which is one mistake', 'dersses', 'dresses'],
    ['swapped at the beginning', 'hsirt', 'shirt'],
    ['two mistakes in a long word', 'watrproff', 'waterproof'],
    ['two mistakes, one of them a swap', 'wtaerprof', 'waterproof'],
    ['the nearer one, though it is rare', 'speakera', 'speakers'],
    ['of equally near ones the more frequent', 'shkirt', 'shirt'],
    ['of equally frequent ones the first in the alphabet', 'coatx', 'coat'],
    ['the rest of the text stays as it was typed', 'RED,  Leahter (Boots)!', 'RED,  leather (Boots)!'],
    ['several words, and one word twice', 'leater boot leater dres', 'leather boot leather dress'],
    ['accents do not count', 'Léathèrr', 'leather'],
    ['a word that every object has by nature', 'constuctor', 'constructor'],
  ])('are mended: %s', async (_what, text, mended) => {
    expect(await shop.mend(text)).toBe(mended);
  });

  test.each([
    ['a word of the catalogue', 'dress leather'],
    ['another form of one', 'dressing handbags'],
    ['a stop word', 'whose dress because'],
    ['a word of three letters', 'rad rde'],
    ['a number of the shop', 'v3 256bg v22222 4leather'],
    ['two mistakes in a short word', 'lethr'],
    ['three in a long one', 'wxtxrprxof'],
    ['what is like nothing', 'zeppelin'],
    ['no word at all', '?! 👜'],
    ['other scripts', '手提包 حقيبة'],
    ['a text of signs that stand for others', '½½½½ ﷺ'],
  ])('leaves alone: %s', async (_what, text) => {
    expect(await shop.mend(text)).toBeNull();
  });

  test('a text full of unknown words is no work without end', async () => {
    const text = Array.from({ length: 160 }, (_, place) => `leatheq${String.fromCharCode(97 + (place % 26))}`).join(
      ' ',
    );
    const mended = await shop.mend(text);
    expect(mended?.split(' ').filter((word) => word === 'leather')).not.toHaveLength(160);
    expect(mended?.split(' ')).toHaveLength(160);
  });

  test('a catalogue without words, or one that cannot be read, mends nothing', async () => {
    expect(await spellingOver({}).mend('leater')).toBeNull();
    const current = () => Promise.reject(vectorStoreUnavailable('gone'));
    expect(await createSpelling({ vocabulary: { current }, tokenizer }).mend('leater')).toBeNull();
  });

  test('who has left waits for nothing', async () => {
    const reason = new Error('left');
    await expect(shop.mend('leater', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
