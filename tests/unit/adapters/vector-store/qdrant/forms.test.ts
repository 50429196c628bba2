import { describe, expect, test } from 'vitest';
import { toFormKeywords, toVocabularyWords } from '../../../../../src/adapters/vector-store/qdrant/forms.ts';
import { createTokenizer } from '../../../../../src/adapters/vector-store/tokens.ts';
import { makeProduct } from '../../../../contract/vector-store/fixtures.ts';

const { weighWords, read } = await createTokenizer('english');
const stemOf = (form: string) => read(form)[0]?.stem ?? form;
const keywordsOf = (name: string) => toFormKeywords(weighWords(makeProduct({ id: 'x', name, category: 'y' })));

/** What the facet of a server says about products of these names. */
function countsOf(...names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    for (const keyword of new Set(keywordsOf(name))) counts.set(keyword, (counts.get(keyword) ?? 0) + 1);
  }
  return counts;
}

const wordsOf = (counts: ReadonlyMap<string, number>) =>
  Object.fromEntries(toVocabularyWords(counts, stemOf).map(({ word, count }) => [word, count]));

describe('the forms of words in Qdrant', () => {
  test('a stem that is no form of the product stands there once, marked', () => {
    expect(keywordsOf('dresses')).toEqual(['dresses', 'y', 'x', '=dress']);
    expect(keywordsOf('dresses dressed')).toEqual(['dresses', 'dressed', 'y', 'x', '=dress']);
    expect(keywordsOf('dress dresses')).toEqual(['dress', 'dresses', 'y', 'x']);
  });

  test('every form counts the products that have any form of its stem, each once', () => {
    const words = wordsOf(countsOf('dress', 'dresses', 'dress dresses', 'dressed dresses', 'lamp'));
    expect(words).toEqual({ dress: 4, dresses: 4, dressed: 4, lamp: 1, x: 5, y: 5 });
  });

  test('a stem that is a word of another stem does not count as that one', () => {
    // "one" has the stem "on", which is a word of its own and has that stem, too.
    expect(wordsOf(countsOf('one', 'on', 'one on'))).toMatchObject({ one: 3, on: 3 });
  });

  test('where the list of keywords was cut, a form counts at least its own products', () => {
    expect(wordsOf(new Map([['dresses', 7]]))).toEqual({ dresses: 7 });
  });
});
