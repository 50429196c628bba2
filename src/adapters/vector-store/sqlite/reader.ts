import type { DatabaseSync } from 'node:sqlite';
import type { ProductFilter, StoreStats, Window } from '../types.ts';
import { openForReading } from './database.ts';
import { createDictionary } from './dictionary.ts';
import { matchFilter } from './filter.ts';
import { createLexicalScorer } from './lexical.ts';
import { createNearestFinder, type NearestFinder, type ReadEmbeddings } from './nearest.ts';
import { toEmbedding } from './rows.ts';
import { createSnapshot, type Publication } from './snapshot.ts';
import { tokenize } from './tokens.ts';
import { type Ranked, selectTop } from './top.ts';
import { createVectorScanner } from './vector-memory.ts';

/** A ranking, as `Ranking` of the port. */
type ReaderRanking = { by: 'vector'; embedding: Float32Array } | { by: 'lexical'; text: string } | { by: 'filter' };

/** A ranked list: ids and scores, best first. */
export interface RankedIds {
  ids: string[];
  scores: Float64Array;
}

/** What one reader answers. Products are JSON, which is cheaper to hand to another thread than objects. */
export interface ReaderApi {
  /** Takes in a change; later answers know it. */
  publish(publication: Publication): void;
  search(query: { ranking: ReaderRanking; window: Window; filter: ProductFilter | undefined }): RankedIds & {
    products: string[];
  };
  searchBoth(query: {
    embedding: Float32Array;
    text: string;
    vectorLimit: number;
    lexicalLimit: number;
    filter: ProductFilter | undefined;
  }): { vector: RankedIds; lexical: RankedIds };
  get(ids: readonly string[]): string[];
  /** The products behind the one with the id `after`, in the order of their ids. */
  list(part: { after: string; limit: number }): string[];
  count(filter: ProductFilter | undefined): number;
  stats(argument: null): Omit<StoreStats, 'name'>;
  ping(argument: null): void;
}

/** What a reader starts with: its number (from 0) among the readers, and what is stored. */
export interface ReaderStart {
  folder: string;
  dimension: number;
  reader: number;
  stored: Publication & { memory: WebAssembly.Memory };
}

/** Opens a reader: a connection of its own, and a view of the index that all readers share. */
export function openReader({ folder, dimension, reader, stored }: ReaderStart): { api: ReaderApi; close(): void } {
  const database = openForReading(folder);
  const dictionary = createDictionary(database);
  // Many at once: a call of SQLite's costs more than what it reads here.
  const readProducts = lookUp(
    database,
    'SELECT row, product FROM products WHERE row IN (SELECT value FROM json_each(?))',
  );
  const readById = lookUp(database, 'SELECT id, product FROM products WHERE id IN (SELECT value FROM json_each(?))');
  const readBehind = database.prepare('SELECT product FROM products WHERE id > ? ORDER BY id LIMIT ?');
  const readVectors = lookUp(
    database,
    'SELECT row, embedding FROM embeddings WHERE row IN (SELECT value FROM json_each(?))',
  );
  const snapshot = createSnapshot();
  const scoreWords = createLexicalScorer(snapshot);
  let finder: NearestFinder;

  const publish = (publication: Publication): void => {
    snapshot.apply(publication);
    const { memory } = publication;
    if (memory) finder = createNearestFinder(snapshot, createVectorScanner(memory, dimension, reader), embeddingsAt);
  };
  const rowsOf = (slots: readonly number[]): number[] =>
    slots.map((slot) => {
      const { start, rows } = snapshot.segmentOf(slot);
      return rows[slot - start] ?? 0;
    });
  const embeddingsAt: ReadEmbeddings = (slots) => {
    const rows = rowsOf(slots);
    const found = readVectors(rows);
    return rows.map((row) => (found.has(row) ? toEmbedding(found.get(row)) : undefined));
  };
  /** Products as JSON; the new version of one that was written anew since the last publication. */
  const productsAt = (slots: readonly number[]): (string | undefined)[] => {
    const rows = rowsOf(slots);
    const found = readProducts(rows);
    const isMissing = rows.map((row) => !found.has(row));
    const anew = readById(slots.filter((_, place) => isMissing[place]).map(snapshot.idOf));
    return rows.map((row, place) => {
      const json = found.get(row) ?? anew.get(snapshot.idOf(slots[place] ?? 0));
      return json === undefined ? undefined : String(json);
    });
  };
  /** The numbers of the words that some product has, each once. */
  const termsOf = (text: string): number[] =>
    [...new Set(tokenize(text))].flatMap((word) => dictionary.word(word) ?? []);

  const nearest = (embedding: Float32Array, matching: ReturnType<typeof match>, limit: number): Ranked[] =>
    finder.nearest(embedding, matching, limit);
  const lexical = (text: string, { mask }: ReturnType<typeof match>, limit: number): Ranked[] =>
    selectTop(scoreWords(termsOf(text), mask), limit, snapshot.idOf);
  const match = (filter: ProductFilter | undefined) => matchFilter(snapshot, filter, dictionary);
  /** Slots in their order, which writing a product anew changes for it alone. */
  const listed = ({ mask }: ReturnType<typeof match>, { offset, limit }: Window): Ranked[] => {
    const list: Ranked[] = [];
    let passed = 0;
    for (let slot = 0; slot < snapshot.size && list.length < limit; slot += 1) {
      if (mask[slot] !== 1) continue;
      if (passed >= offset) list.push({ slot, score: 0 });
      passed += 1;
    }
    return list;
  };
  const rank = (ranking: ReaderRanking, filter: ProductFilter | undefined, window: Window): Ranked[] => {
    if (window.limit <= 0) return [];
    const matching = match(filter);
    if (ranking.by === 'filter') return listed(matching, window);
    const end = window.offset + window.limit;
    const list =
      ranking.by === 'vector' ? nearest(ranking.embedding, matching, end) : lexical(ranking.text, matching, end);
    return list.slice(window.offset);
  };
  const idsAndScores = (list: readonly Ranked[]): RankedIds => ({
    ids: list.map(({ slot }) => snapshot.idOf(slot)),
    scores: Float64Array.from(list, ({ score }) => score),
  });

  publish(stored);
  return {
    api: {
      publish,
      search({ ranking, window, filter }) {
        const ranked = rank(ranking, filter, window);
        const products = productsAt(ranked.map(({ slot }) => slot));
        const found = ranked.flatMap((entry, place) => {
          const product = products[place];
          return product === undefined ? [] : [{ ...entry, product }];
        });
        return { ...idsAndScores(found), products: found.map(({ product }) => product) };
      },
      searchBoth({ embedding, text, vectorLimit, lexicalLimit, filter }) {
        const matching = match(filter);
        return {
          vector: idsAndScores(nearest(embedding, matching, vectorLimit)),
          lexical: idsAndScores(lexical(text, matching, lexicalLimit)),
        };
      },
      get: (ids) => Array.from(readById(ids).values(), String),
      list: ({ after, limit }) => readBehind.all(after, limit).map(({ product }) => String(product)),
      count: (filter) => match(filter).count,
      stats: () => stats(),
      ping() {
        readProducts([0]);
      },
    },
    close: () => database.close(),
  };

  function stats(): Omit<StoreStats, 'name'> {
    const counts = new Map<number, number>();
    let priceMin = Number.POSITIVE_INFINITY;
    let priceMax = Number.NEGATIVE_INFINITY;
    for (const { start, count, categories, prices } of snapshot.segments) {
      for (let place = 0; place < count; place += 1) {
        if (snapshot.alive[start + place] !== 1) continue;
        const category = categories[place] ?? 0;
        const price = prices[place] ?? 0;
        counts.set(category, (counts.get(category) ?? 0) + 1);
        if (price < priceMin) priceMin = price;
        if (price > priceMax) priceMax = price;
      }
    }
    const categories = Array.from(counts, ([term, count]) => ({ category: dictionary.categoryOf(term), count }));
    categories.sort((left, right) => right.count - left.count || (left.category < right.category ? -1 : 1));
    const productCount = snapshot.liveCount;
    if (productCount === 0) return { productCount, categories, priceMin: null, priceMax: null };
    return { productCount, categories, priceMin, priceMax };
  }
}

/** Reads what an SQL statement of two columns finds for a list of keys: by key, those that are there. */
function lookUp(database: DatabaseSync, sql: string): (keys: readonly (number | string)[]) => Map<unknown, unknown> {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return (keys) => {
    if (keys.length === 0) return new Map();
    const rows: unknown[] = statement.all(JSON.stringify(keys));
    return new Map(rows.flatMap((row) => (Array.isArray(row) ? [[row[0], row[1]] as const] : [])));
  };
}
