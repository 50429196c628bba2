import type { TopList } from '../complete-ties.ts';
import { LACKING } from '../tokens.ts';
import type { ScoredId } from '../types.ts';
import type { Schemas } from './api.ts';
import { equals, isOneOf, withMore, withNone } from './filter.ts';
import { listRequest, MOST_MATCHES, type QdrantLists, type Scope, toTopList } from './lists.ts';
import { LEXICAL_VECTOR, WORDS_FIELD } from './point.ts';
import { questionVector } from './sparse.ts';

/** How deep the lists go at first. Most questions ask no deeper: see `mergeWordLists`. */
const FIRST_SIZE = 1_000;
const MOST_TOGETHER = 10_000;

/** Products by the words they share with a question. */
export interface WordMatches {
  entries: ScoredId[];
  /** No product that is not among them scores more. 0: there is none. */
  unseen: number;
}

/** The words of one question, asked for step by step. */
export interface WordSearch {
  /** What to ask for first, together with other lists. */
  requests: Schemas['QueryRequest'][];
  /** Reads the answers to `requests`, and where they are not enough the same lists as deep as they may be read. */
  take(
    answers: readonly (readonly Schemas['ScoredPoint'][])[],
    isEnough: (matches: WordMatches) => boolean,
  ): Promise<WordMatches>;
  /** Those of these products that have one of the words. After `take`. */
  among(ids: readonly string[]): Promise<ScoredId[]>;
}

/**
 * Scores by two lists of the same question: `all` has the products with any of its words, `full` those with all of them.
 * A product that only the first has lacks a word and counts half. So what the first list does not show, it could only
 * show with less than half its last score, unless the second does not show it either.
 */
export function mergeWordLists(all: TopList<ScoredId>, full: TopList<ScoredId>): WordMatches {
  const lastOf = ({ entries, complete }: TopList<ScoredId>) => (complete ? 0 : (entries.at(-1)?.score ?? 0));
  const isFull = new Set(full.entries.map(({ id }) => id));
  const lacking = all.entries
    .filter(({ id, score }) => !isFull.has(id) && score > lastOf(full))
    .map(({ id, score }) => ({ id, score: score * LACKING }));
  return { entries: [...full.entries, ...lacking], unseen: Math.max(lastOf(full), lastOf(all) * LACKING) };
}

/** Prepares the search for the words of a text; a product that has one of the words of `exclude` is in none of its lists. */
export function searchWords(
  lists: QdrantLists,
  { text, exclude }: { text: string; exclude?: string | undefined },
  { conditions, signal }: Scope,
): WordSearch {
  const words = lists.questionWords(text);
  const excluded = exclude === undefined ? [] : lists.questionWords(exclude);
  const scope: Scope = { conditions: withNone(conditions, WORDS_FIELD, excluded), signal };
  /** Those that some product has. */
  let known = words;

  const byWords = (limit: number, own: Scope): Schemas['QueryRequest'] => ({
    ...listRequest(own, limit),
    query: questionVector(known),
    using: LEXICAL_VECTOR,
  });
  const havingAll = (own: Scope): Scope => ({
    ...own,
    conditions: withMore(
      own.conditions,
      known.map((word) => equals(WORDS_FIELD, word)),
    ),
  });
  /** The two lists; the second only where it would not be the first. */
  const requestsFor = (limit: number, own: Scope): Schemas['QueryRequest'][] => {
    if (known.length === 0) return [];
    const all = byWords(limit, own);
    return known.length === 1 ? [all] : [all, byWords(limit, havingAll(own))];
  };
  const read = (answers: readonly (readonly Schemas['ScoredPoint'][])[], limit: number): WordMatches => {
    const [all = [], full] = answers;
    const none: TopList<ScoredId> = { entries: [], complete: true };
    const first = toTopList(all, limit, 'lexical');
    return full === undefined ? mergeWordLists(none, first) : mergeWordLists(first, toTopList(full, limit, 'lexical'));
  };
  const fetchLists = async (limit: number, own: Scope): Promise<WordMatches> =>
    read(await lists.query(requestsFor(limit, own), signal), limit);

  const isThere = (word: string): Schemas['QueryRequest'] => ({
    filter: { must: [equals(WORDS_FIELD, word)] },
    limit: 1,
    with_payload: false,
  });
  const listCount = Math.min(words.length, 2);
  const readFirst = async (answers: readonly (readonly Schemas['ScoredPoint'][])[]): Promise<WordMatches> => {
    const found = answers.slice(listCount);
    if (words.length > 1) known = words.filter((_, place) => (found[place] ?? []).length > 0);
    if (known.length === words.length) return read(answers.slice(0, listCount), FIRST_SIZE);
    // The second list asked for words that no product has. The first is right as it is.
    const [all = []] = answers;
    if (known.length <= 1) return read([all], FIRST_SIZE);
    const [full = []] = await lists.query([byWords(FIRST_SIZE, havingAll(scope))], signal);
    return read([all, full], FIRST_SIZE);
  };

  return {
    // One word needs no looking for: who has none of it is not in the list.
    requests: [...requestsFor(FIRST_SIZE, scope), ...(words.length > 1 ? words.map(isThere) : [])],

    async take(answers, isEnough) {
      const matches = await readFirst(answers);
      return matches.unseen === 0 || isEnough(matches) ? matches : fetchLists(MOST_MATCHES, scope);
    },

    async among(ids) {
      if (ids.length === 0) return [];
      const own: Scope = { ...scope, conditions: withMore(scope.conditions, [isOneOf(ids)]) };
      return (await fetchLists(Math.min(ids.length + 1, MOST_TOGETHER), own)).entries;
    },
  };
}
