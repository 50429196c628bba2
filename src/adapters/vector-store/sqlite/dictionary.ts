import type { DatabaseSync } from 'node:sqlite';
import type { FilterTerms } from './filter.ts';

const WORD = 0;
const CATEGORY = 1;
const ATTRIBUTE = 2;

/** Terms of each kind that a thread remembers: some 100 bytes each, 600 at most. */
const REMEMBERED = 20_000;

/** Looks up the numbers of words, categories and attributes. */
export interface Dictionary extends FilterTerms {
  word(word: string): number | undefined;
  /** The numbers of all values that an attribute ever had. */
  termsOf(attribute: string): number[];
  /** The category of a number. */
  categoryOf(term: number): string;
  /** The attribute of a number. */
  attributeOf(term: number): { name: string; value: string };
}

/** A dictionary that reads the table `terms`. */
export function createDictionary(database: DatabaseSync): Dictionary {
  const find = database.prepare('SELECT term FROM terms WHERE kind = ? AND name = ? AND value = ?');
  const read = database.prepare('SELECT name, value FROM terms WHERE term = ?');
  const list = database.prepare('SELECT term FROM terms WHERE kind = ? AND name = ?');
  const attributes = new Map<number, { name: string; value: string }>();
  const lookUp = (kind: number, name: string, value: string): number | undefined => {
    const term = find.get(kind, name, value)?.term;
    return term === undefined ? undefined : Number(term);
  };
  return {
    word: (word) => lookUp(WORD, '', word),
    category: (category) => lookUp(CATEGORY, '', category),
    attribute: (name, value) => lookUp(ATTRIBUTE, name, value),
    termsOf: (attribute) => list.all(ATTRIBUTE, attribute).map(({ term }) => Number(term)),
    categoryOf: (term) => String(read.get(term)?.value),
    attributeOf(term) {
      const known = attributes.get(term);
      if (known !== undefined) return known;
      const row = read.get(term);
      const attribute = { name: String(row?.name), value: String(row?.value) };
      if (attributes.size >= REMEMBERED) attributes.clear();
      attributes.set(term, attribute);
      return attribute;
    },
  };
}

/** Gives numbers to words, categories and attributes, new ones where they are new. */
export interface DictionaryWriter {
  word(word: string): number;
  category(category: string): number;
  attribute(name: string, value: string): number;
  /** Notes that a word is written in this form. */
  form(form: string, stem: string): void;
  /** Forgets what it gave out: call it when the transaction was rolled back. */
  forget(): void;
}

/** A dictionary that adds to the tables `terms` and `forms`, within the transaction that is open. */
export function createDictionaryWriter(database: DatabaseSync): DictionaryWriter {
  const find = database.prepare('SELECT term FROM terms WHERE kind = ? AND name = ? AND value = ?');
  const insert = database.prepare('INSERT INTO terms (kind, name, value) VALUES (?, ?, ?)');
  const insertForm = database.prepare('INSERT OR IGNORE INTO forms VALUES (?, ?)');
  const known = [WORD, CATEGORY, ATTRIBUTE].map(() => new Map<string, number>());
  const forms = new Set<string>();
  const number = (kind: number, name: string, value: string): number => {
    const remembered = known[kind];
    // The length says where the name ends.
    const key = kind === ATTRIBUTE ? `${name.length}:${name}${value}` : value;
    const term = remembered?.get(key);
    if (term !== undefined) return term;
    const stored = Number(find.get(kind, name, value)?.term ?? insert.run(kind, name, value).lastInsertRowid);
    if (remembered && remembered.size >= REMEMBERED) remembered.clear();
    remembered?.set(key, stored);
    return stored;
  };
  return {
    word: (word) => number(WORD, '', word),
    category: (category) => number(CATEGORY, '', category),
    attribute: (name, value) => number(ATTRIBUTE, name, value),
    form(form, stem) {
      if (forms.has(form)) return;
      insertForm.run(form, number(WORD, '', stem));
      if (forms.size >= REMEMBERED) forms.clear();
      forms.add(form);
    },
    forget() {
      for (const terms of known) terms.clear();
      forms.clear();
    },
  };
}
