import type { DatabaseSync } from 'node:sqlite';
import type { Vocabulary } from '../types.ts';
import type { Dictionary } from './dictionary.ts';
import { countAlive } from './lexical.ts';
import type { Snapshot } from './snapshot.ts';

/** The words and values of the products that are there, in no order: their numbers counted, then looked up. */
export function readVocabulary(database: DatabaseSync, snapshot: Snapshot, dictionary: Dictionary): Vocabulary {
  const words = countWords(snapshot);
  const { categories, attributes } = countValues(snapshot);
  const vocabulary: Vocabulary = {
    words: [],
    categories: Array.from(categories, ([term, count]) => ({ category: dictionary.categoryOf(term), count })),
    attributes: Array.from(attributes, ([term, count]) => ({ ...dictionary.attributeOf(term), count })),
  };
  const forms = database.prepare('SELECT form, term, value FROM forms JOIN terms USING (term)');
  for (const { form, term, value } of forms.iterate()) {
    const count = words.get(Number(term)) ?? 0;
    if (count > 0) vocabulary.words.push({ word: String(form), stem: String(value), count });
  }
  return vocabulary;
}

/** How many products have each word. */
function countWords({ segments, alive, liveCount, size }: Snapshot): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { words, postings, postingStarts } of segments) {
    for (const [place, word] of words.entries()) {
      const own = postings.subarray(postingStarts[place], postingStarts[place + 1]);
      counts.set(word, (counts.get(word) ?? 0) + (liveCount === size ? own.length : countAlive(own, alive)));
    }
  }
  return counts;
}

/** How many products are in each category, and have each attribute. */
function countValues({ segments, alive }: Snapshot) {
  const categories = new Map<number, number>();
  const attributes = new Map<number, number>();
  const add = (counts: Map<number, number>, term = 0) => counts.set(term, (counts.get(term) ?? 0) + 1);
  for (const segment of segments) {
    for (let place = 0; place < segment.count; place += 1) {
      if (alive[segment.start + place] !== 1) continue;
      add(categories, segment.categories[place]);
      const end = segment.attributeStarts[place + 1] ?? 0;
      for (let at = segment.attributeStarts[place] ?? 0; at < end; at += 1) add(attributes, segment.attributes[at]);
    }
  }
  return { categories, attributes };
}
