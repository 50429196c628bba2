import { expect, test } from 'vitest';
import { createTokenizer } from '../../../../src/adapters/vector-store/tokens.ts';
import { createCompletions } from '../../../../src/services/suggest/completions.ts';

const reader = await createTokenizer('english');
const words = ['dress', 'dresses', 'drinks', 'drawer', 'the', 'd', 'café', 'ärmel', 'zebra', 'dr', '東京', '256gb']
  .flatMap((word) => reader.read(word))
  .map(({ form, stem }, place) => ({ word: form, stem, count: 1 + ((place * 5) % 12) }));
const vocabulary = {
  words: [...words, { word: 'drink', stem: 'drink', count: 11 }, { word: 'drsku', stem: 'drsku', count: 100 }],
  categories: [
    { category: 'Evening Dresses', count: 5 },
    { category: 'Bags', count: 9 },
    { category: 'Drinks', count: 86 },
  ],
  attributes: [
    { name: 'color', value: 'Navy Blue', count: 4 },
    { name: 'size', value: 'M', count: 90 },
    { name: 'size', value: '42', count: 80 },
    { name: 'note', value: 'a very long remark on how it was made', count: 70 },
    { name: 'color', value: 'red', count: 7 },
  ],
};
const completions = await createCompletions(vocabulary, reader);
const textsOf = (entries: { text: string }[]) => entries.map(({ text }) => text);

test('every word that begins like this is found, each stem once, most products first, as a plain look at all finds', () => {
  for (const prefix of ['d', 'dr', 'dre', 'dresse', 'ca', 'a', 'z', 'zz', '東', '2']) {
    const stems = new Set(
      words.filter(({ word, stem }) => word.startsWith(prefix) && !reader.isStopWord(stem)).map(({ stem }) => stem),
    );
    const found = completions.words(prefix, 100);
    expect(new Set(found.map(({ stems: [stem] }) => stem))).toEqual(stems);
    expect(found).toHaveLength(stems.size);
    const counts = found.map(({ count }) => count);
    expect(counts).toEqual(counts.toSorted((left, right) => right - left));
    expect(textsOf(completions.words(prefix, 2))).toEqual(textsOf(found).slice(0, 2));
  }
  expect(textsOf(completions.words('dre', 9))).toEqual(['dress']);
  expect(textsOf(completions.words('dri', 9))).toEqual(['drinks']);
  expect(textsOf(completions.words('dresse', 9))).toEqual(['dresses']);
});

test('values of several words are completed as they are written, and those that say nothing alone are left out', () => {
  expect(textsOf(completions.phrases('navy', 9))).toEqual(['navy blue']);
  expect(textsOf(completions.phrases('ev', 9))).toEqual(['evening dresses']);
  expect(textsOf(completions.values(9))).toEqual(['drinks', 'bags', 'red', 'evening dresses', 'navy blue']);
});

test('categories are found by any of their words', () => {
  expect(completions.categories('dre', 9)).toEqual(['Evening Dresses']);
  expect(completions.categories('b', 9)).toEqual(['Bags']);
  expect(completions.categories('resses', 9)).toEqual([]);
});
