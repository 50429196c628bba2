import type { Matching } from './filter.ts';
import { postingsOf, slotOf } from './segment.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * How many products of a set have all of some words, for several lists of words: terms of the dictionary, undefined where
 * it has no such word. What the lists share is looked up once. A list without words counts nothing.
 */
export function countHavingAll(
  lists: readonly (readonly (number | undefined)[])[],
  matching: Matching,
  snapshot: Snapshot,
): number[] {
  const [first = [], ...others] = lists;
  const shared = first.filter((word) => others.every((list) => list.includes(word)));
  let common = matching;
  for (const word of shared) common = narrow(common, word, snapshot);
  return lists.map((words) => {
    const own = words.filter((word) => !shared.includes(word));
    if (words.length === 0 || common.count === 0) return 0;
    let left = common;
    for (const word of own.slice(0, -1)) left = narrow(left, word, snapshot);
    return own.length === 0 ? left.count : count(left, own.at(-1), snapshot);
  });
}

/** Those of a set that have a word. */
function narrow(matching: Matching, word: number | undefined, snapshot: Snapshot): Matching {
  const mask = new Uint8Array(snapshot.size);
  let count = 0;
  visit(matching, word, snapshot, (slot) => {
    mask[slot] = 1;
    count += 1;
  });
  return { mask, count };
}

function count(matching: Matching, word: number | undefined, snapshot: Snapshot): number {
  let count = 0;
  visit(matching, word, snapshot, () => {
    count += 1;
  });
  return count;
}

function visit(
  { mask }: Matching,
  word: number | undefined,
  { segments }: Snapshot,
  each: (slot: number) => void,
): void {
  if (word === undefined) return;
  for (const segment of segments) {
    const postings = postingsOf(segment, word);
    for (let at = 0; at < postings.length; at += 1) {
      const slot = slotOf(postings[at] ?? 0);
      if (mask[slot] === 1) each(slot);
    }
  }
}
