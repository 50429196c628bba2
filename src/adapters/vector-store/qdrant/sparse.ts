import { createHash } from 'node:crypto';
import { B, K1 } from '../tokens.ts';
import type { Schemas } from './api.ts';

/**
 * How many words a product is taken to have. The true mean of a catalogue changes with every write, and would change what
 * is stored; around this a text twice as long or short moves a score little.
 */
const MEAN_LENGTH = 40;

/** The place of a word in a sparse vector: 32 bits of its hash. Two of 30,000 words share one about once in ten shops. */
function placeOf(word: string): number {
  return createHash('sha1').update(word, 'utf8').digest().readUInt32BE(0);
}

/**
 * The words of a product as a sparse vector, weighed as in the embedded store: BM25 over weighted fields. The other factor
 * of BM25, how rare a word is, the server adds when it searches (the `idf` modifier).
 */
export function productVector({
  weights,
  length,
}: {
  weights: ReadonlyMap<string, number>;
  length: number;
}): Schemas['SparseVector'] {
  const held = K1 * (1 - B + (B * length) / MEAN_LENGTH);
  const values = new Map<number, number>();
  for (const [word, weight] of weights) values.set(placeOf(word), (weight * (K1 + 1)) / (weight + held));
  return { indices: [...values.keys()], values: [...values.values()] };
}

/** The words of a question as a sparse vector: each counts alike. */
export function questionVector(words: readonly string[]): Schemas['SparseVector'] {
  const indices = [...new Set(words.map(placeOf))];
  return { indices, values: indices.map(() => 1) };
}
