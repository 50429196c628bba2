import { describe, expect, test } from 'vitest';
import { SEARCH_LANGUAGES, type SearchLanguage } from '../../../../src/adapters/vector-store/languages.ts';
import { createTokenizer } from '../../../../src/adapters/vector-store/tokens.ts';
import { makeProduct } from '../../../contract/vector-store/fixtures.ts';

const { read, weighWords } = await createTokenizer('english');
const tokenize = (text: string) => read(text).map(({ stem }) => stem);

describe('the words of both stores', () => {
  test.each([
    ['Dresses', 'dress'],
    ['RUNNING shoe', 'running shoes'],
    ['café', 'Cafe'],
    ['Straße', 'strasse'],
    ['smørrebrød', 'smorrebrod'],
    ['naïve', 'naive'],
    ['ﬁne', 'fine'],
    ['e\u0301clair', 'éclair'],
  ])('%s and %s are the same to a shopper', (left, right) => {
    expect(tokenize(left)).toEqual(tokenize(right));
  });

  test('marks of other scripts are letters: words that differ in them differ', () => {
    expect(tokenize('हिंदी')).not.toEqual(tokenize('हद'));
    expect(tokenize('й')).not.toEqual(tokenize('и'));
  });

  test('an endless word is cut, so that nobody fills the dictionary with it', () => {
    expect(tokenize('x'.repeat(100_000))[0]?.length).toBeLessThanOrEqual(64);
  });

  test('a word of the name weighs three times, one of the category twice', () => {
    const product = makeProduct({
      id: 'sku-1',
      name: 'Red lamp',
      category: 'Lamps',
      description: 'A lamp.',
      attributes: [{ name: 'color', value: 'red' }],
    });
    const { weights, length } = weighWords(product);
    expect(weights.get('lamp')).toBe(3 + 2 + 1);
    expect(weights.get('red')).toBe(3 + 1);
    expect(weights.get('color')).toBeUndefined();
    expect(length).toBe(8);
  });

  test('the forms of a product are its words as a shopper reads them, each with the stem it is found by', () => {
    const { forms, weights } = weighWords(
      makeProduct({ id: 'sku', name: 'Red dresses, a DRESS 2', category: 'Things' }),
    );
    expect(forms.get('dresses')).toBe('dress');
    expect(forms.get('dress')).toBe('dress');
    expect(new Set(forms.values())).toEqual(new Set(weights.keys()));
    const numbered = weighWords(makeProduct({ id: 'sku-0042', name: 'Lamp 2000' })).forms;
    expect([...numbered.keys()]).toEqual(['lamp', '2000', 'things', 'sku']);
  });
});

describe('the languages', () => {
  test.each<[SearchLanguage, string, string]>([
    ['german', 'Kleider', 'Kleid'],
    ['german', 'GRÖSSE', 'Größe'],
    ['french', 'robes', 'robe'],
    ['spanish', 'colecciones', 'colección'],
    ['italian', 'scarpa', 'scarpe'],
    ['dutch', 'schoen', 'schoenen'],
    ['portuguese', 'sapatos', 'sapato'],
    ['swedish', 'skjortor', 'skjorta'],
    ['russian', 'платья', 'платье'],
  ])('in %s, %s and %s are one word', async (language, left, right) => {
    const tokenizer = await createTokenizer(language);
    expect(tokenizer.questionWords(left)).toEqual(tokenizer.questionWords(right));
  });

  test('every language has its own stop words, and a form read again is the same word', async () => {
    const text = `Kleider ŻÓŁTA colección ﬁne élégantes kadınlar платья حقائب பைகள் sku-0042 256GB ${'𝒳'.repeat(80)}`;
    const stopWords = new Set<string>();
    for (const language of SEARCH_LANGUAGES) {
      const tokenizer = await createTokenizer(language);
      stopWords.add(
        JSON.stringify(['the', 'und', 'les', 'och', 'что', 'και', 'che', 'não'].filter(tokenizer.isStopWord)),
      );
      for (const word of tokenizer.read(text)) expect(tokenizer.read(word.form)).toEqual([word]);
    }
    expect(stopWords.size).toBeGreaterThan(6);
  });

  test('a word shows the letters that its language writes, and none of the others', async () => {
    const formOf = async (language: SearchLanguage, text: string) =>
      (await createTokenizer(language)).read(text)[0]?.form;
    expect(await formOf('german', 'Größe')).toBe('größe');
    expect(await formOf('english', 'Größe')).toBe('grosse');
    expect(await formOf('german', 'Café')).toBe('cafe');
    expect(await formOf('french', 'Café')).toBe('café');
  });
});
