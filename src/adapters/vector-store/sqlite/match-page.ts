import type { MatchQuery } from '../types.ts';
import type { Matching } from './filter.ts';
import type { MatchSet } from './match-set.ts';
import type { Near, NearestFinder } from './nearest.ts';
import type { Segment } from './segment.ts';
import type { Snapshot } from './snapshot.ts';
import { type Ranked, type Scored, selectTop } from './top.ts';

/** A product of a page: `similarity` is null where nothing is known of it. */
export interface PageEntry extends Ranked {
  similarity: number | null;
  image: number;
}

/** What listing needs. */
export interface ListTools {
  snapshot: Snapshot;
  finder: NearestFinder;
}

/** A product in its place of a list, and what is shown of it where that is known already. */
export interface Place {
  slot: number;
  entry?: PageEntry;
}

/** The products of the window that is asked for, in the order asked for. */
export function pageOf(query: MatchQuery, set: MatchSet, matching: Matching, tools: ListTools): PageEntry[] {
  const { offset, limit } = query.window;
  return describe(query, set, firstOf(query, set, matching, tools, offset + limit).slice(offset), tools);
}

const fromNear = ({ slot, score }: Ranked, near: Near | undefined): PageEntry => ({
  slot,
  score,
  similarity: near?.score ?? null,
  image: near?.image ?? 0,
});

/** The first `end` that match, in the order asked for. */
export function firstOf(
  { scoring, sort }: MatchQuery,
  set: MatchSet,
  matching: Matching,
  { snapshot, finder }: ListTools,
  end: number,
): Place[] {
  const toPlace = (entry: PageEntry): Place => ({ slot: entry.slot, entry });
  if (sort === 'RELEVANCE' && (scoring.by === 'vector' || scoring.by === 'hybrid')) {
    const head = selectTop(set.scored, end, snapshot.idOf).map((entry) => fromNear(entry, set.near.get(entry.slot)));
    if (!set.andTheRest || head.length >= end) return head.map(toPlace);
    const listed = new Set(set.scored.slots.subarray(0, set.scored.count));
    const rest = finder.nearest(scoring.embedding, matching, end).filter(({ slot }) => !listed.has(slot));
    // Behind a fusion they count nothing; by themselves their score is how near they are.
    const tail = rest.map((near) =>
      fromNear({ slot: near.slot, score: scoring.by === 'vector' ? near.score : 0 }, near),
    );
    return [...head, ...tail].slice(0, end).map(toPlace);
  }
  if (sort === 'RELEVANCE' && scoring.by === 'lexical') {
    return selectTop(set.scored, end, snapshot.idOf).map((entry) => toPlace(fromNear(entry, undefined)));
  }
  const keyed = byColumn(sort === 'RELEVANCE' ? 'NEWEST' : sort, set, matching, snapshot);
  return selectTop(keyed, end, snapshot.idOf).map(({ slot }) => ({ slot }));
}

/** What is shown of products in their places. */
export function describe(
  { scoring }: MatchQuery,
  set: MatchSet,
  places: readonly Place[],
  { finder }: ListTools,
): PageEntry[] {
  const isByVector = scoring.by === 'vector' || scoring.by === 'hybrid';
  const slots = places.flatMap(({ slot, entry }) => (entry === undefined ? [slot] : []));
  const scores = scoresOf(set.scored, slots);
  const rest = isByVector ? slots.filter((slot) => !scores.has(slot)) : [];
  const near = nearBySlot(isByVector && rest.length > 0 ? finder.among(scoring.embedding, rest) : []);
  return places.map(({ slot, entry }) => {
    if (entry !== undefined) return entry;
    const own = set.near.get(slot) ?? near.get(slot);
    const score = scores.get(slot) ?? (scoring.by === 'vector' ? (own?.score ?? 0) : 0);
    return fromNear({ slot, score }, own);
  });
}

const nearBySlot = (list: readonly Near[]) => new Map(list.map((one) => [one.slot, one] as const));

/** What `selectTop` orders by: the greater comes first. */
const KEYS: Record<'PRICE_ASC' | 'PRICE_DESC' | 'NEWEST', (segment: Segment, place: number) => number> = {
  PRICE_ASC: ({ prices }, place) => -(prices[place] ?? 0),
  PRICE_DESC: ({ prices }, place) => prices[place] ?? 0,
  NEWEST: ({ indexedAt }, place) => indexedAt[place] ?? 0,
};

/** All that match, with what they are sorted by in place of a score. */
function byColumn(sort: keyof typeof KEYS, set: MatchSet, matching: Matching, snapshot: Snapshot): Scored {
  const keyOf = KEYS[sort];
  const slots = slotsOf(set, matching, snapshot);
  const scores = new Float64Array(slots.length);
  for (const [at, slot] of slots.entries()) {
    const segment = snapshot.segmentOf(slot);
    scores[at] = keyOf(segment, slot - segment.start);
  }
  return { slots, scores, count: slots.length };
}

/** All that match: those with a score, or everything that the filter lets through. */
export function slotsOf(set: MatchSet, { mask, count }: Matching, snapshot: Snapshot): Uint32Array {
  if (!set.andTheRest) return set.scored.slots.slice(0, set.scored.count);
  const slots = new Uint32Array(count);
  let found = 0;
  for (let slot = 0; slot < snapshot.size; slot += 1) if (mask[slot] === 1) slots[found++] = slot;
  return slots;
}

/** The scores of some slots. */
function scoresOf({ slots, scores, count }: Scored, wanted: readonly number[]): Map<number, number> {
  const asked = new Set(wanted);
  const found = new Map<number, number>();
  for (let at = 0; at < count; at += 1) {
    const slot = slots[at] ?? 0;
    if (asked.has(slot)) found.set(slot, scores[at] ?? 0);
  }
  return found;
}
