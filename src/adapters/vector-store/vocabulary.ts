import type { Vocabulary } from './types.ts';

/** Of so many words and values a vocabulary consists at most, the most frequent ones. */
export const MOST_WORDS = 100_000;
export const MOST_VALUES = 20_000;

/** A vocabulary in columns: to hand tens of thousands of objects to another thread would keep both busy. */
export interface PackedVocabulary {
  /** No word has a blank in it. */
  words: string;
  stems: string;
  counts: Uint32Array;
  /** JSON. */
  values: string;
}

/** Puts the most frequent first, equal ones in the order of their names, cuts and packs. */
export function packVocabulary({ words, categories, attributes }: Vocabulary): PackedVocabulary {
  const first = top(words, MOST_WORDS, ({ word }) => word);
  return {
    words: first.map(({ word }) => word).join(' '),
    stems: first.map(({ stem }) => stem).join(' '),
    counts: Uint32Array.from(first, ({ count }) => count),
    values: JSON.stringify({
      categories: top(categories, MOST_VALUES, ({ category }) => category),
      attributes: top(attributes, MOST_VALUES, ({ name, value }) => `${name}=${value}`),
    }),
  };
}

/** What was packed. */
export function unpackVocabulary({ words, stems, counts, values }: PackedVocabulary): Vocabulary {
  const { categories, attributes }: Omit<Vocabulary, 'words'> = JSON.parse(values);
  const stemList = stems.split(' ');
  const wordList = counts.length === 0 ? [] : words.split(' ');
  return {
    words: wordList.map((word, place) => ({ word, stem: stemList[place] ?? word, count: counts[place] ?? 0 })),
    categories,
    attributes,
  };
}

function top<Counted extends { count: number }>(
  counted: readonly Counted[],
  most: number,
  nameOf: (each: Counted) => string,
): Counted[] {
  const named = counted.map((each) => ({ each, name: nameOf(each) }));
  named.sort((left, right) => right.each.count - left.each.count || (left.name < right.name ? -1 : 1));
  return named.slice(0, most).map(({ each }) => each);
}
