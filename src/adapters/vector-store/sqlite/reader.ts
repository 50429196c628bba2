import type { DatabaseSync } from 'node:sqlite';
import type { SearchLanguage } from '../languages.ts';
import { createTokenizer } from '../tokens.ts';
import type { Match, MatchPage, MatchQuery, ProductFilter, StoreStats } from '../types.ts';
import { type PackedVocabulary, packVocabulary } from '../vocabulary.ts';
import { openForReading } from './database.ts';
import { createDictionary } from './dictionary.ts';
import { countFacets } from './facets.ts';
import { type Matching, matchFilter } from './filter.ts';
import { countHavingAll } from './having-all.ts';
import { createLexicalScorer } from './lexical.ts';
import { listMatches } from './listing.ts';
import { findMatches, type MatchSet } from './match-set.ts';
import { createNearestFinder, type NearestFinder, type ReadEmbeddings } from './nearest.ts';
import { toEmbedding } from './rows.ts';
import { createSnapshot, type Publication } from './snapshot.ts';
import { createVectorScanner } from './vector-memory.ts';
import { readVocabulary } from './vocabulary.ts';

/** What one reader answers. Products are JSON, which is cheaper to hand to another thread than objects. */
export interface ReaderApi {
  /** Takes in a change; later answers know it. */
  publish(publication: Publication): void;
  match(query: MatchQuery): Omit<MatchPage, 'matches'> & { matches: (Omit<Match, 'product'> & { product: string })[] };
  /** The products behind the one with the id `after`, in the order of their ids. */
  list(part: { after: string; limit: number }): string[];
  count(filter: ProductFilter | undefined): number;
  countHavingAll(asked: { texts: readonly string[]; filter: ProductFilter | undefined }): number[];
  get(ids: readonly string[]): string[];
  embeddings(ids: readonly string[]): Map<string, Float32Array>;
  stats(argument: null): Omit<StoreStats, 'name'>;
  vocabulary(argument: null): PackedVocabulary;
  ping(argument: null): void;
}

/** What a reader starts with: its number (from 0) among the readers, and what is stored. */
export interface ReaderStart {
  folder: string;
  dimension: number;
  language: SearchLanguage;
  reader: number;
  stored: Publication & { memory: WebAssembly.Memory };
}

/** Opens a reader: a connection of its own, and a view of the index that all readers share. */
export async function openReader({
  folder,
  dimension,
  language,
  reader,
  stored,
}: ReaderStart): Promise<{ api: ReaderApi; close(): void }> {
  const { questionWords } = await createTokenizer(language);
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
  const readRows = lookUp(database, 'SELECT id, row FROM products WHERE id IN (SELECT value FROM json_each(?))');
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
  const wordsOf = (text: string): number[] => [
    ...new Set(questionWords(text).flatMap((word) => dictionary.word(word) ?? [])),
  ];
  const leaveOut = (matching: Matching, ids: readonly string[]): Matching => {
    if (ids.length === 0) return matching;
    const mask = matching.mask.slice(0, snapshot.size);
    let { count } = matching;
    for (const row of readRows(ids).values()) {
      const slot = snapshot.slotOfRow(Number(row));
      if (slot === undefined || mask[slot] !== 1) continue;
      mask[slot] = 0;
      count -= 1;
    }
    return { mask, count };
  };
  const matchingOf = (query: MatchQuery, filter: ProductFilter | undefined): Matching =>
    leaveOut(matchFilter(snapshot, filter, dictionary), query.leaveOut ?? []);
  const find = (query: MatchQuery, matching: Matching): MatchSet =>
    findMatches(query, matching, { scoreWords, finder, wordsOf });

  const match: ReaderApi['match'] = (query) => {
    const { withCounts = true } = query;
    const satisfying = matchFilter(snapshot, query.filter, dictionary);
    const matching = leaveOut(satisfying, query.leaveOut ?? []);
    const set = find(query, matching);
    const tools = { snapshot, finder, termsOf: dictionary.termsOf };
    const { page, count, slots } = listMatches(query, set, matching, tools);
    const products = productsAt(page.map(({ slot }) => slot));
    const facets =
      query.facets &&
      countFacets(
        query.facets,
        query.filter ?? {},
        {
          matching: slots,
          matchingWithout: (filter) => {
            const wider = matchingOf(query, filter);
            const asked = { ...query, window: { offset: 0, limit: 0 } };
            return listMatches(asked, find(query, wider), wider, tools).slots;
          },
        },
        { snapshot, dictionary },
      );
    return {
      matches: page.flatMap(({ score, similarity, image }, place) => {
        const product = products[place];
        return product === undefined ? [] : [{ product, score, similarity, image }];
      }),
      hasMore: query.window.limit > 0 && query.window.offset + query.window.limit < count,
      matchCount: withCounts ? count : null,
      totalCount: withCounts ? satisfying.count : null,
      facets: facets ?? [],
    };
  };

  publish(stored);
  return {
    api: {
      publish,
      match,
      count: (filter) => matchFilter(snapshot, filter, dictionary).count,
      countHavingAll({ texts, filter }) {
        const lists = texts.map((text) => questionWords(text).map(dictionary.word));
        return countHavingAll(lists, matchFilter(snapshot, filter, dictionary), snapshot);
      },
      get: (ids) => Array.from(readById(ids).values(), String),
      embeddings(ids) {
        const rows = readRows(ids);
        const found = readVectors([...rows.values()].map(Number));
        return new Map(
          Array.from(rows, ([id, row]) => [String(id), found.get(row)] as const).flatMap(([id, blob]) =>
            blob === undefined ? [] : [[id, toEmbedding(blob)] as const],
          ),
        );
      },
      list: ({ after, limit }) => readBehind.all(after, limit).map(({ product }) => String(product)),
      stats: () => stats(),
      vocabulary: () => packVocabulary(readVocabulary(database, snapshot, dictionary)),
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
