import type { StoredProduct } from '../../product.ts';
import { loadLanguage, type SearchLanguage } from './languages.ts';
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

/** A word of a text: as somebody may be shown it, lower case, and as it is indexed and asked for. */
interface Word {
  form: string;
  stem: string;
}

/** The words of a product. */
export interface ProductWords {
  /** By stem: the sum of the weights of its places. */
  weights: Map<string, number>;
  /** How many words there are in all. */
  length: number;
  /** Every form that they have, and its stem; numbers of the id alone are left out: nobody is shown one. */
  forms: Map<string, string>;
}

/** Reads texts in one language, products and questions alike. Both stores read with it. */
export interface Tokenizer {
  readonly language: SearchLanguage;
  /** The words of a text, in their order. `stem` of a `form` is that form's own: reading the form gives it again. */
  read(text: string): Word[];
  /** The words of a question, stemmed, each once, without those that say nothing ("the", "with"), unless it has no others. */
  questionWords(text: string): string[];
  isStopWord(stem: string): boolean;
  weighWords(product: StoredProduct): ProductWords;
}

/** What the words of a product count for that lacks one of those asked for, see `MatchQuery`. */
export const LACKING = 0.5;

/** BM25: how soon more of the same word says nothing new, and how much long texts are held back. The usual constants. */
export const K1 = 1.2;
export const B = 0.75;

/** How much a word says about a product, by where it stands: the name says what it is, the category what kind. */
const NAME_WEIGHT = 3;
const CATEGORY_WEIGHT = 2;

/**
 * The tokenizer of a language: lower case, without accents that the language does not write, endings cut (Snowball), and
 * then without any, so that `camison` and `camisón` are one word wherever the stemmer lets them be.
 */
export async function createTokenizer(language: SearchLanguage): Promise<Tokenizer> {
  const { stemmer, stopwords, letters } = await loadLanguage(language);
  const foreign = letters === '' ? undefined : new RegExp(`[^${letters}]+`, 'gu');
  const foldForeign = (text: string) => (foreign === undefined ? fold(text) : text.replace(foreign, fold));
  const stems = new Map<string, string>();

  const stemOf = (form: string): string => {
    const known = stems.get(form);
    if (known !== undefined) return known;
    const stem = fold(stemmer(form)) || form;
    if (stems.size >= STEMS) stems.clear();
    stems.set(form, stem);
    return stem;
  };
  const read = (text: string): Word[] => {
    const words = toWords(text);
    if (words === '') return [];
    return foldForeign(words.toLowerCase())
      .split(' ')
      .map((word) => {
        // Half a surrogate pair is no letter.
        const form = word.slice(0, MAX_WORD_LENGTH).replace(/[\ud800-\udbff]$/, '');
        return { form, stem: stemOf(form) };
      });
  };
  const stopStems = new Set(stopwords.flatMap((word) => read(word).map(({ stem }) => stem)));

  return {
    language,
    read,
    isStopWord: (stem) => stopStems.has(stem),
    questionWords(text) {
      const words = [...new Set(read(text).map(({ stem }) => stem))];
      const telling = words.filter((word) => !stopStems.has(word));
      return telling.length > 0 ? telling : words;
    },
    weighWords(product) {
      const values = product.attributes.map(({ value }) => value);
      const fields = [
        { text: product.name, weight: NAME_WEIGHT },
        { text: product.category, weight: CATEGORY_WEIGHT },
        { text: [product.description, ...values].join(' '), weight: 1 },
        { text: product.id, weight: 1, isId: true },
      ];
      const weights = new Map<string, number>();
      const forms = new Map<string, string>();
      let length = 0;
      for (const { text, weight, isId = false } of fields) {
        for (const { form, stem } of read(text)) {
          weights.set(stem, (weights.get(stem) ?? 0) + weight);
          if (!isId || !/\p{N}/u.test(form)) forms.set(form, stem);
          length += 1;
        }
      }
      return { weights, length, forms };
    },
  };
}
