import { stemmer } from '@orama/stemmers/english';
import { stopwords } from '@orama/stopwords/english';
import type { StoredProduct } from '../../product.ts';
import { toWords } from './words.ts';

/** A longer word is a mistake or an attack: what lies beyond does not tell it from others. */
const MAX_WORD_LENGTH = 64;

/** Letters of Latin alphabets that are not a plain letter with a mark. */
const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

/** Text without the marks of Latin letters, so that `cafe` finds `Café`. Marks of other scripts are letters of their own. */
function fold(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  const plain = text.normalize('NFD').replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1');
  return plain.normalize('NFC').replace(/[ßæœøđðłþı]/g, (letter) => FOLDED[letter] ?? letter);
}

/** Stems of words that came up lately: catalogues repeat themselves. Bounded by number, and words are short: some 3 MB. */
const STEMS = 20_000;
const stems = new Map<string, string>();

function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const stem = stemmer(word);
  if (stems.size >= STEMS) stems.clear();
  stems.set(word, stem);
  return stem;
}

/** The words of a text as they are indexed and asked for: lower case, without accents, English endings cut (Snowball). */
export function tokenize(text: string): string[] {
  const words = toWords(text);
  if (words === '') return [];
  return fold(words.toLowerCase())
    .split(' ')
    .map((word) => stemOf(word.slice(0, MAX_WORD_LENGTH)));
}

const STOP_WORDS: ReadonlySet<string> = new Set(stopwords.flatMap((word) => tokenize(word)));

/** The words of a question, each once, without those that say nothing ("the", "with"), unless it has no others. */
export function questionWords(text: string): string[] {
  const words = [...new Set(tokenize(text))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

/** What the words of a product count for that lacks one of those asked for, see `MatchQuery`. */
export const LACKING = 0.5;

/** BM25: how soon more of the same word says nothing new, and how much long texts are held back. The usual constants. */
export const K1 = 1.2;
export const B = 0.75;

/** How much a word says about a product, by where it stands: the name says what it is, the category what kind. */
const NAME_WEIGHT = 3;
const CATEGORY_WEIGHT = 2;

/** The words of a product, each with the sum of the weights of its places, and how many there are in all. */
export function weighWords(product: StoredProduct): { weights: Map<string, number>; length: number } {
  const values = product.attributes.map(({ value }) => value);
  const fields = [
    { text: product.name, weight: NAME_WEIGHT },
    { text: product.category, weight: CATEGORY_WEIGHT },
    { text: [product.description, product.id, ...values].join(' '), weight: 1 },
  ];
  const weights = new Map<string, number>();
  let length = 0;
  for (const { text, weight } of fields) {
    for (const word of tokenize(text)) {
      weights.set(word, (weights.get(word) ?? 0) + weight);
      length += 1;
    }
  }
  return { weights, length };
}
