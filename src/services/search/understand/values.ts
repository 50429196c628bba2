import type { Vocabulary } from '../../../adapters/vector-store/types.ts';
import { inSlices } from '../../../async/slices.ts';
import type { Token, WordReader } from './tokens.ts';

/** Values of one field that the same words say. */
export interface Meaning {
  /** `category`, or the name of an attribute. */
  field: string;
  isCategory: boolean;
  /** As the catalogue has them, most products first: they may differ in upper case and accents. */
  values: string[];
  /** Of an attribute: longer values that end in these words, as `organic cotton` is `cotton`. */
  wider: string[];
  /** Products that have one of all these, each value counted by itself. */
  count: number;
}

/** A phrase of the catalogue's in a text. */
export interface FoundValue {
  /** Where it ends. */
  to: number;
  /** Most products first. */
  meanings: Meaning[];
  /** Whether it says nothing by itself: a number, a letter, a stop word. */
  isWeak: boolean;
  /** How many products have all of its words at most. */
  wordCount: number;
}

/** Longer values are sentences, which nobody types. */
const MAX_WORDS = 6;
/** Some 10 MB. A catalogue has a few thousand. */
const MAX_PHRASES = 50_000;

interface Entry {
  field: string;
  isCategory: boolean;
  value: string;
  count: number;
  forms: readonly string[];
}

/** A vocabulary prepared for looking up what a text names. */
export interface ValueIndex {
  /** The longest phrase of the catalogue's that begins at `from`, whatever else it may mean. */
  find(tokens: readonly Token[], from: number): FoundValue | undefined;
  /** Whether a product has a word with this stem. */
  hasWord(stem: string): boolean;
  /** Where the name of an attribute ends that begins at `from`, and which it is. */
  findName(tokens: readonly Token[], from: number): { to: number; name: string } | undefined;
}

/** Prepares a vocabulary; once for each that the catalogue has, since it looks at all of it. */
export async function createValueIndex(vocabulary: Readonly<Vocabulary>, reader: WordReader): Promise<ValueIndex> {
  const phrases = new Map<string, Entry[]>();
  const wider = new Map<string, Omit<Entry, 'forms'>[]>();
  const names = new Map<string, string>();
  const attributeNames = new Set<string>();
  const counts = new Map<string, number>();
  await inSlices(vocabulary.words, ({ stem, count }) => counts.set(stem, count));
  let longest = 1;
  const add = (entry: Omit<Entry, 'forms'>): void => {
    const words = reader.read(entry.value);
    if (words.length === 0 || words.length > MAX_WORDS || phrases.size >= MAX_PHRASES) return;
    longest = Math.max(longest, words.length);
    append(phrases, keyOf(words), { ...entry, forms: words.map(({ form }) => form) });
    if (!entry.isCategory) for (const part of endingsOf(words)) append(wider, widerKey(entry.field, part), entry);
  };
  await inSlices(vocabulary.categories, ({ category, count }) =>
    add({ field: 'category', isCategory: true, value: category, count }),
  );
  // Those of most products come first, and are there when not all fit.
  await inSlices(vocabulary.attributes, ({ name, value, count }) => {
    add({ field: name, isCategory: false, value, count });
    if (names.size < MAX_PHRASES && !attributeNames.has(name)) names.set(keyOf(reader.read(name)), name);
    attributeNames.add(name);
  });

  const stretch = (
    tokens: readonly Token[],
    from: number,
    isThere: (end: number, words: Token['words']) => boolean,
  ) => {
    const ends = endsOf(tokens, from, longest);
    return ends.reverse().find(({ to, words }) => isThere(to, words));
  };
  return {
    find(tokens, from) {
      let meanings: Meaning[] = [];
      const found = stretch(tokens, from, (_to, words) => {
        const fitting = (phrases.get(keyOf(words)) ?? []).filter(({ forms }) =>
          forms.every((form, place) => isSameWord(form, words[place]?.form ?? '')),
        );
        meanings = gather(fitting, (field) => wider.get(widerKey(field, keyOf(words))) ?? []);
        return fitting.length > 0;
      });
      if (found === undefined) return undefined;
      const isWeak = found.words.every(({ form, stem }) => !/\p{L}{2}/u.test(form) || reader.isStopWord(stem));
      const wordCount = Math.min(...found.words.map(({ stem }) => counts.get(stem) ?? 0));
      return { to: found.to, meanings, isWeak, wordCount };
    },
    hasWord: (stem) => counts.has(stem),
    findName(tokens, from) {
      const found = stretch(tokens, from, (_to, words) => names.has(keyOf(words)));
      return found && { to: found.to, name: names.get(keyOf(found.words)) ?? '' };
    },
  };
}

const keyOf = (words: readonly { stem: string }[]): string => words.map(({ stem }) => stem).join(' ');

/** The stretches of words that begin here, the shortest first; signs within the names of things do not end them. */
function endsOf(tokens: readonly Token[], from: number, longest: number): { to: number; words: Token['words'] }[] {
  const ends: { to: number; words: Token['words'] }[] = [];
  let words: Token['words'] = [];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind === 'sign') {
      if (at === from || !JOINING.test(token.form)) break;
      continue;
    }
    words = [...words, ...token.words];
    if (words.length > longest) break;
    ends.push({ to: at + 1, words });
  }
  return ends;
}

/** Signs within the names of things: `t-shirt`, `Levi's`, `H&M`, `Dr. Martens`. */
const JOINING = /^[-–'’&./+]$/;

/** The same word in the singular and the plural. Stems alone would make one of `organic` and `organ`. */
function isSameWord(left: string, right: string): boolean {
  if (left === right) return true;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return long.endsWith('s') && !short.endsWith('s') ? true : long.endsWith('es');
}

/** Entries by what they are about, most products first. */
function gather(entries: readonly Entry[], widerOf: (field: string) => readonly Omit<Entry, 'forms'>[]): Meaning[] {
  const groups = Map.groupBy(entries, ({ field, isCategory }) => `${isCategory} ${field}`);
  const meanings = Array.from(groups.values(), (group): Meaning => {
    const sorted = group.toSorted((left, right) => right.count - left.count);
    const { field = '', isCategory = false } = sorted[0] ?? {};
    const longer = isCategory ? [] : widerOf(field);
    return {
      field,
      isCategory,
      values: sorted.map(({ value }) => value),
      wider: longer.map(({ value }) => value),
      count: [...sorted, ...longer].reduce((sum, { count }) => sum + count, 0),
    };
  });
  return meanings.sort((left, right) => right.count - left.count || (left.field < right.field ? -1 : 1));
}

/** The phrases that a phrase of several words ends in: the last word says what it is. */
const endingsOf = (words: readonly { stem: string }[]): string[] =>
  words.slice(1).map((_, place) => keyOf(words.slice(place + 1)));

const widerKey = (field: string, phrase: string): string => `${phrase}|${field}`;

function append<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
