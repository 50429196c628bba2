import type { Vocabulary } from '../../adapters/vector-store/types.ts';
import { inSlices } from '../../async/slices.ts';
import type { WordReader } from '../search/understand/tokens.ts';

/** Longer values are sentences. */
const MAX_VALUE_WORDS = 4;

/** A word that a larger share of all products has says nothing of any: what every id begins with. */
const COMMON = 0.9;

/** A word or a value of the catalogue, and how many products have it. */
interface Entry {
  /** As the stores read it, one blank between two words: what a prefix is compared with. */
  form: string;
  /** As it is shown. */
  text: string;
  stems: readonly string[];
  count: number;
}

/** A vocabulary prepared for completing what somebody types. */
export interface Completions {
  /** Words that begin with `prefix`, one for each stem, those that most products have first. */
  words(prefix: string, most: number): Entry[];
  /** Categories and attribute values of several words that begin with `prefix`. */
  phrases(prefix: string, most: number): Entry[];
  /** Categories and attribute values, those that most products have first. */
  values(most: number): Entry[];
  /** Categories in which a word begins with `prefix`. */
  categories(prefix: string, most: number): string[];
}

/** Prepares a vocabulary; once for each that the catalogue has, since it sorts all of it. */
export async function createCompletions(vocabulary: Readonly<Vocabulary>, reader: WordReader): Promise<Completions> {
  const known = new Map<string, Entry>();
  const add = (value: string, count: number): void => {
    const read = reader.read(value);
    // A letter, a number, `yes`: they say nothing without their attribute's name.
    const isTelling = read.some(({ form, stem }) => /\p{L}{2}/u.test(form) && !reader.isStopWord(stem));
    if (!isTelling || read.length > MAX_VALUE_WORDS) return;
    const form = read.map((word) => word.form).join(' ');
    const text = value.toLowerCase();
    known.set(form, {
      form,
      text,
      stems: read.map(({ stem }) => stem),
      count: Math.max(count, known.get(form)?.count ?? 0),
    });
  };
  await inSlices(vocabulary.categories, ({ category, count }) => add(category, count));
  await inSlices(vocabulary.attributes, ({ value, count }) => add(value, count));
  const values = [...known.values()].sort(byCount);
  const productCount = vocabulary.categories.reduce((sum, { count }) => sum + count, 0);
  const words: Entry[] = [];
  await inSlices(vocabulary.words, ({ word, stem, count }) => {
    if (reader.isStopWord(stem) || count > COMMON * productCount) return;
    words.push({ form: word, text: word, stems: [stem], count });
  });
  const wordsByLetter = await sortByForm(words);
  const phrasesByLetter = await sortByForm(values.filter(({ stems }) => stems.length > 1));
  const categoryWords = vocabulary.categories
    .toSorted((left, right) => right.count - left.count)
    .map(({ category }) => ({ category, forms: reader.read(category).map(({ form }) => form) }));

  return {
    words(prefix, most) {
      // Of one stem the form that a value has, or the first in their order, which is the shortest.
      const stems = new Map<string, Entry>();
      for (const entry of startingWith(wordsByLetter, prefix)) {
        const [stem = ''] = entry.stems;
        const taken = stems.get(stem);
        if (taken === undefined || (known.has(entry.form) && !known.has(taken.form))) stems.set(stem, entry);
      }
      return [...stems.values()].sort(byCount).slice(0, most);
    },
    phrases: (prefix, most) => startingWith(phrasesByLetter, prefix).sort(byCount).slice(0, most),
    values: (most) => values.slice(0, most),
    categories: (prefix, most) =>
      categoryWords
        .filter(({ forms }) => forms.some((form) => form.startsWith(prefix)))
        .slice(0, most)
        .map(({ category }) => category),
  };
}

const byText = (left: string, right: string): number => (left < right ? -1 : Number(left > right));
const byCount = (left: Entry, right: Entry): number => right.count - left.count || byText(left.form, right.form);

/** Entries by their first letter, each list in the order of its forms. */
type ByLetter = ReadonlyMap<string, readonly Entry[]>;

const letterOf = (form: string): string => form.slice(0, 1);

async function sortByForm(entries: readonly Entry[]): Promise<ByLetter> {
  const lists = Map.groupBy(entries, ({ form }) => letterOf(form));
  await inSlices(lists.values(), (list) => list.sort((left, right) => byText(left.form, right.form)));
  return lists;
}

/** Those that begin with `prefix`, which has a letter, in the order of their forms. */
function startingWith(lists: ByLetter, prefix: string): Entry[] {
  const entries = lists.get(letterOf(prefix)) ?? [];
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.form ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (entries[end]?.form.startsWith(prefix)) end += 1;
  return entries.slice(low, end);
}
