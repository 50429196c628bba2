import { type DistinctBy, keepDistinct } from '../distinct.ts';
import type { MatchQuery } from '../types.ts';
import type { Matching } from './filter.ts';
import { describe, firstOf, type ListTools, type PageEntry, pageOf, slotsOf } from './match-page.ts';
import type { MatchSet } from './match-set.ts';
import type { Snapshot } from './snapshot.ts';
import { selectTop } from './top.ts';

/** What a search lists: the products of its window, how many there are in all, and, where facets are asked for, which. */
interface Listing {
  page: PageEntry[];
  count: number;
  slots: Iterable<number>;
}

/** A list is read so far beyond the page at first where variants collapse: mostly enough is left then to fill the page. */
const MORE = 200;

/** Lists what matches, with at most so many of each value of an attribute where that is asked for. */
export function listMatches(
  query: MatchQuery,
  set: MatchSet,
  matching: Matching,
  tools: ListTools & { termsOf(attribute: string): readonly number[] },
): Listing {
  const { distinctBy, window, scoring, sort } = query;
  if (distinctBy === undefined) {
    const count = set.andTheRest ? matching.count : set.scored.count;
    const slots = query.facets === undefined ? [] : slotsOf(set, matching, tools.snapshot);
    return { page: pageOf(query, set, matching, tools), count, slots };
  }
  const all = slotsOf(set, matching, tools.snapshot);
  const { max } = distinctBy;
  const groupOf = groupsBy(distinctBy, tools);
  const keep = (slots: number[]) => keepDistinct(slots, groupOf, max);
  /** What is left of the first places. The beginning of the list is known without the rest of it. */
  const leftOf = (places: number) => keep(firstOf(query, set, matching, tools, places).map(({ slot }) => slot));
  // To rank everything by nearness would mean to read every vector.
  const embedding = set.andTheRest && sort === 'RELEVANCE' && 'embedding' in scoring ? scoring.embedding : undefined;
  const left = () =>
    embedding === undefined
      ? { head: leftOf(all.length), rest: [] }
      : leftByNearness(embedding, set, matching, { ...tools, keep, groupOf, max });

  // How many are left is known without any order.
  const count = keep(Array.from(all)).length;
  const end = window.offset + window.limit;
  const { head, rest } = query.facets === undefined ? { head: [], rest: [] } : left();
  let slots = leftOf(Math.min(all.length, 4 * end + MORE));
  if (slots.length < Math.min(end, count)) {
    const whole = left();
    const ranked = embedding === undefined ? [] : tools.finder.among(embedding, whole.rest);
    slots = [...whole.head, ...ranked.map(({ slot }) => slot)];
  }
  const places = slots.slice(window.offset, end).map((slot) => ({ slot }));
  return { page: describe(query, set, places, tools), count, slots: [...head, ...rest] };
}

/** What is left of those with a score of their own, in their order, and of all that follow behind, in none. */
function leftByNearness(
  embedding: Float32Array,
  { scored }: MatchSet,
  { mask, count }: Matching,
  tools: ListTools & {
    keep(slots: number[]): number[];
    groupOf(slot: number): number | undefined;
    max: number;
  },
): { head: number[]; rest: number[] } {
  const { snapshot, finder, keep, groupOf, max } = tools;
  const ranked = selectTop(scored, scored.count, snapshot.idOf).map(({ slot }) => slot);
  const head = keep(ranked);
  const taken = new Map<number | undefined, number>();
  for (const slot of head) taken.set(groupOf(slot), (taken.get(groupOf(slot)) ?? 0) + 1);
  const others = mask.slice(0, snapshot.size);
  for (const slot of ranked) others[slot] = 0;
  const roomOf = (group: number) => max - (taken.get(group) ?? 0);
  const behind = { mask: others, count: count - ranked.length };
  return { head, rest: finder.nearestOfGroups(embedding, behind, { groupOf, roomOf }) };
}

/** The group that the product in a slot is in: the number of its first value of the attribute. */
function groupsBy(
  { attribute }: DistinctBy,
  { snapshot, termsOf }: { snapshot: Snapshot; termsOf(attribute: string): readonly number[] },
): (slot: number) => number | undefined {
  const terms = new Set(termsOf(attribute));
  return (slot) => {
    const { start, attributes, attributeStarts } = snapshot.segmentOf(slot);
    const end = attributeStarts[slot - start + 1] ?? 0;
    for (let at = attributeStarts[slot - start] ?? 0; at < end; at += 1) {
      const term = attributes[at] ?? 0;
      if (terms.has(term)) return term;
    }
    return undefined;
  };
}
