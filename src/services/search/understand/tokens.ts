/** Reads the words of a text as the stores do: `form` in lower case without accents, `stem` without its ending. */
export interface WordReader {
  read(text: string): { form: string; stem: string }[];
  isStopWord(stem: string): boolean;
}

/** A part of a text: a word, a number that could be a price, or a sign. */
export interface Token {
  kind: 'word' | 'number' | 'sign';
  /** Of a word or a number as the stores read it; of a sign itself. */
  form: string;
  /** Of each word in it; none in a sign. */
  words: readonly { form: string; stem: string }[];
  /** Where it stands in the text. */
  start: number;
  end: number;
  /** Of a number that reads in one way only. */
  value: number | undefined;
  /** Of a number with a currency that is glued to it: `50eur`. */
  hasCurrency: boolean;
  /** Whether no blank lies before it. */
  isGlued: boolean;
}

const PART = /(?<number>\d+(?:[.,]\d+)*)(?<unit>[\p{L}\p{M}]*)(?![\p{L}\p{M}\p{N}])|[\p{L}\p{M}\p{N}]+|\S/gu;

/** `1,000`, `1,000.50`, `49.9`, `49,90`, `1.000,00`; `1.000` may be one or a thousand. */
const PLAIN = /^\d{1,9}(\.\d{1,2})?$/;
const DECIMAL_COMMA = /^\d{1,9},\d{1,2}$/;
const GROUPED = /^\d{1,3}(,\d{3}){1,2}(\.\d{1,2})?$/;
const GROUPED_BY_POINTS = /^\d{1,3}(\.\d{3}){1,2},\d{2}$/;

/** The number that these digits are; undefined where they could be more than one. */
function parseNumber(digits: string): number | undefined {
  if (PLAIN.test(digits)) return Number(digits);
  if (DECIMAL_COMMA.test(digits)) return Number(digits.replace(',', '.'));
  if (GROUPED.test(digits)) return Number(digits.replaceAll(',', ''));
  if (GROUPED_BY_POINTS.test(digits)) return Number(digits.replaceAll('.', '').replace(',', '.'));
  return undefined;
}

/** Takes a text apart. `currencies`: what may be glued behind a number and leave it one, in lower case. */
export function toTokens(text: string, reader: WordReader, currencies: ReadonlySet<string>): Token[] {
  return Array.from(text.matchAll(PART), (match): Token => {
    const [part] = match;
    const { number, unit = '' } = match.groups ?? {};
    const isNumber = number !== undefined && (unit === '' || currencies.has(unit.toLowerCase()));
    const words = reader.read(part);
    const start = match.index;
    return {
      kind: isNumber ? 'number' : words.length > 0 ? 'word' : 'sign',
      form: words.length > 0 ? words.map(({ form }) => form).join(' ') : part,
      words,
      start,
      end: start + part.length,
      value: isNumber ? parseNumber(number) : undefined,
      hasCurrency: isNumber && unit !== '',
      isGlued: start > 0 && !/\s/u.test(text[start - 1] ?? ' '),
    };
  });
}

/** Phrases of a table, each as its parts, the longest first. A hyphen between two of their words in a text says nothing. */
export type Phrases = readonly (readonly string[])[];

/** The phrases of a table, from words with blanks between them. */
export function toPhrases(phrases: readonly string[]): Phrases {
  return phrases.map((phrase) => phrase.split(' ')).sort((left, right) => right.length - left.length);
}

/** Where the longest of the phrases that begins at `from` ends; undefined where none does. */
export function endOfPhrase(tokens: readonly Token[], from: number, phrases: Phrases): number | undefined {
  for (const phrase of phrases) {
    let at = from;
    const isThere = phrase.every((part, place) => {
      if (place > 0 && part !== '-' && tokens[at]?.form === '-' && tokens[at]?.isGlued) at += 1;
      at += 1;
      return tokens[at - 1]?.form === part;
    });
    if (isThere) return at;
  }
  return undefined;
}
