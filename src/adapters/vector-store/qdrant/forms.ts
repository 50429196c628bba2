import type { ProductWords } from '../tokens.ts';
import type { Vocabulary } from '../types.ts';

/** A letter that no word has: what follows it is a stem. */
const STEM = '=';

/**
 * The forms of a product's words as keywords, so that one facet tells both which forms there are and how many products have
 * a word of each stem: a stem that is no form of the product itself stands there as well, as `=stem`. So of a stem and its
 * `=stem` every product with such a word has exactly one.
 */
export function toFormKeywords({ forms }: ProductWords): string[] {
  const marked = new Set<string>();
  for (const [form, stem] of forms) if (form !== stem && forms.get(stem) !== stem) marked.add(STEM + stem);
  return [...forms.keys(), ...marked];
}

/** The words behind how many products have each keyword. `stemOf` tells the stem of a form. */
export function toVocabularyWords(
  counts: ReadonlyMap<string, number>,
  stemOf: (form: string) => string,
): Vocabulary['words'] {
  const words: Vocabulary['words'] = [];
  for (const form of counts.keys()) {
    if (form.startsWith(STEM)) continue;
    const stem = stemOf(form);
    const marked = counts.get(STEM + stem) ?? 0;
    const plain = stemOf(stem) === stem ? (counts.get(stem) ?? 0) : 0;
    // Where the list of keywords was cut, the rarer half of a sum may be missing.
    words.push({ word: form, stem, count: Math.max(plain + marked, counts.get(form) ?? 0) });
  }
  return words;
}
