import type { ProductFilter, VectorStore } from '../../adapters/vector-store/types.ts';
import type { StoredProduct } from '../../product.ts';
import { preparedFrom } from '../search/prepared.ts';
import type { Spelling } from '../search/spelling.ts';
import type { WordReader } from '../search/understand/tokens.ts';
import type { VocabularyService } from '../search/vocabulary.ts';
import { type Completions, createCompletions } from './completions.ts';
import type { SuggestRequest } from './suggest-request.ts';

/** Completions that are counted: the most frequent ones of the catalogue. Each costs a look-up, on Qdrant a request. */
const MAX_WORDS = 32;
const MAX_PHRASES = 8;
const MAX_PRODUCTS = 4;
const MAX_CATEGORIES = 4;
/** Products are looked for by so many of the completions, so many by each. */
const QUERIES_READ = 2;
const PRODUCTS_READ = 6;

/** What somebody may go on to type, and how many products have all of its words. */
export interface QuerySuggestion {
  text: string;
  matchCount: number;
}

export interface Suggestions {
  /** Most products first, equal ones by text. */
  queries: QuerySuggestion[];
  /** Whose names have what was typed. */
  products: StoredProduct[];
  /** Whose names have the last word, with their products. */
  categories: { category: string; count: number }[];
}

interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface SuggestService {
  /** Throws AppError when the store cannot answer. */
  suggest(request: SuggestRequest, options?: CallOptions): Promise<Suggestions>;
}

interface Dependencies {
  store: Pick<VectorStore, 'countHavingAll' | 'count' | 'match'>;
  reader: WordReader;
  vocabulary: Pick<VocabularyService, 'current'>;
  spelling: Spelling;
}

/** What was typed: complete words, and the beginning of another, which is empty behind a blank. */
interface Typed {
  /** Up to the beginning of the last word. */
  before: string;
  beginning: string;
  /** Stems of the words before. */
  stems: readonly string[];
  /** The word that a hyphen or the like joins with the beginning: `t` of `t-sh`. */
  joined: { start: number; form: string; stem: string } | undefined;
}

const NOTHING: Suggestions = { queries: [], products: [], categories: [] };

/** Completes what somebody types, by the catalogue's own words; nothing is offered that no product has. */
export function createSuggestService({ store, reader, vocabulary, spelling }: Dependencies): SuggestService {
  const currentCompletions = preparedFrom(vocabulary, (of) => createCompletions(of, reader));

  async function countQueries(texts: readonly string[], filter: ProductFilter, options: CallOptions) {
    const counts = texts.length === 0 ? [] : await store.countHavingAll(texts, { filter, ...options });
    return texts
      .map((text, place) => ({ text, matchCount: counts[place] ?? 0 }))
      .filter(({ matchCount }) => matchCount > 0)
      .sort((left, right) => right.matchCount - left.matchCount || (left.text < right.text ? -1 : 1));
  }

  /** Products whose names have every word that was typed, by the words of a suggestion that has them all. */
  async function findProducts(typed: Typed, text: string, filter: ProductFilter, { signal }: CallOptions) {
    const window = { offset: 0, limit: PRODUCTS_READ };
    const scoring = { by: 'lexical', text } as const;
    const { matches } = await store.match(
      { scoring, filter, minRelevance: 0.5, sort: 'RELEVANCE', window, withCounts: false },
      { signal },
    );
    return matches.map(({ product }) => product).filter(({ name }) => fits(reader.read(name), typed, reader));
  }

  async function countCategories(names: readonly string[], filter: ProductFilter, { signal }: CallOptions) {
    const wanted = names.filter((name) => filter.categories?.includes(name) ?? true);
    const counted = wanted.map(async (category) => {
      const count = await store.count({ filter: { ...filter, categories: [category] }, signal });
      return { category, count };
    });
    return (await Promise.all(counted))
      .filter(({ count }) => count > 0)
      .sort((left, right) => right.count - left.count || (left.category < right.category ? -1 : 1));
  }

  async function complete(
    prefix: string,
    typed: Typed,
    { filter, first }: SuggestRequest,
    options: CallOptions,
  ): Promise<Suggestions> {
    const completions = await currentCompletions(options);
    const { beginning } = typed;
    const last = beginning === '' ? (reader.read(prefix).at(-1)?.form ?? '') : beginning;
    const [queries, categories] = await Promise.all([
      countQueries(textsFor(typed, completions, reader), filter, options),
      countCategories(completions.categories(last, MAX_CATEGORIES), filter, options),
    ]);
    const asked = beginning === '' ? [typed.before] : queries.slice(0, QUERIES_READ).map(({ text }) => text);
    const found = await Promise.all(asked.map((text) => findProducts(typed, text, filter, options)));
    const products = new Map(found.flat().map((product) => [product.id, product]));
    return { queries: queries.slice(0, first), products: [...products.values()].slice(0, MAX_PRODUCTS), categories };
  }

  return {
    async suggest(request, options = {}) {
      const { prefix } = request;
      const typed = readTyped(prefix, reader);
      if (typed === undefined) return NOTHING;
      const found = await complete(prefix, typed, request, options);
      if (found.queries.length > 0) return found;
      // The last word may only be half a word, and is no mistake yet.
      const mended = await spelling.mend(typed.before, options);
      const meant = mended === null ? prefix : `${mended}${prefix.slice(typed.before.length)}`;
      const retyped = mended === null ? undefined : readTyped(meant, reader);
      return retyped === undefined ? found : complete(meant, retyped, request, options);
    },
  };
}

/** Takes a prefix apart; undefined where it has no word. */
function readTyped(prefix: string, reader: WordReader): Typed | undefined {
  const rawBeginning = /[\p{L}\p{N}\p{M}]*$/u.exec(prefix)?.[0] ?? '';
  const before = prefix.slice(0, prefix.length - rawBeginning.length);
  const words = reader.read(rawBeginning);
  const beginning = words.map(({ form }) => form).join(' ');
  const stems = reader.read(before).map(({ stem }) => stem);
  if (beginning === '' && stems.length === 0) return undefined;
  const [compound] = /[\p{L}\p{N}\p{M}]+[^\p{L}\p{N}\p{M}\s]$/u.exec(before) ?? [];
  const word = compound === undefined || beginning === '' ? undefined : reader.read(compound).at(-1);
  return { before, beginning, stems, joined: word && { ...word, start: before.length - (compound?.length ?? 0) } };
}

/** The texts to count: what was typed, completed, each set of words once. */
function textsFor({ before, beginning, stems, joined }: Typed, completions: Completions, reader: WordReader): string[] {
  const typed = new Set(stems);
  const texts = new Map<string, string>();
  const add = (entries: ReturnType<Completions['words']>, start: string): void => {
    for (const entry of entries) {
      const added = entry.stems.filter((stem) => !typed.has(stem));
      const key = added.toSorted().join(' ');
      if (added.length > 0 && !texts.has(key)) texts.set(key, `${start}${entry.text}`);
    }
  };
  if (beginning === '') add(completions.values(MAX_WORDS), before);
  if (joined) add(completions.phrases(`${joined.form} ${beginning}`, MAX_PHRASES), before.slice(0, joined.start));
  // `t-` alone says nothing about the word behind it.
  if (beginning === '' || (joined && reader.isStopWord(joined.stem))) return [...texts.values()];
  add(completions.words(beginning, MAX_WORDS), before);
  add(completions.phrases(beginning, MAX_PHRASES), before);
  return [...texts.values()];
}

/** Whether a name has all words that were typed, the last one as the beginning of one of its own. */
function fits(
  name: readonly { form: string; stem: string }[],
  { beginning, stems }: Typed,
  reader: WordReader,
): boolean {
  const own = new Set(name.map(({ stem }) => stem));
  const telling = stems.filter((stem) => !reader.isStopWord(stem));
  return telling.every((stem) => own.has(stem)) && name.some(({ form }) => form.startsWith(beginning));
}
