/** Slots with their scores: the first `count` of two arrays of equal length. */
export interface Scored {
  slots: Uint32Array;
  scores: Float64Array;
  count: number;
}

/** One entry of a ranked list. */
export interface Ranked {
  slot: number;
  score: number;
}

/**
 * The best `limit` of `scored`, best first, and equal scores by id. A heap of the best so far, its worst at the top:
 * nearly every score fails the first comparison. Ids are looked up only where scores are equal.
 */
export function selectTop(scored: Scored, limit: number, idOf: (slot: number) => string): Ranked[] {
  if (limit <= 0) return [];
  const { slots, scores, count } = scored;
  const ids = new Map<number, string>();
  const knownId = (slot: number): string => {
    const known = ids.get(slot);
    if (known !== undefined) return known;
    const id = idOf(slot);
    // All with one score: only those that stay in the heap are worth remembering.
    if (ids.size > 4 * limit + 1024) ids.clear();
    ids.set(slot, id);
    return id;
  };
  /** Below zero where `left` comes before `right` in the list. */
  const compare = (left: Ranked, right: Ranked): number => {
    if (left.score !== right.score) return right.score - left.score;
    const leftId = knownId(left.slot);
    const rightId = knownId(right.slot);
    return leftId < rightId ? -1 : Number(leftId > rightId);
  };

  const heap: Ranked[] = [];
  const sink = (entry: Ranked): void => {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      const worse = right !== undefined && compare(right, left) > 0 ? right : left;
      if (worse === right) child += 1;
      if (compare(worse, entry) <= 0) break;
      heap[place] = worse;
      place = child;
    }
    heap[place] = entry;
  };
  const rise = (entry: Ranked): void => {
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = heap[parent];
      if (above === undefined || compare(above, entry) >= 0) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  };

  for (let at = 0; at < count; at += 1) {
    const score = scores[at] ?? 0;
    const worst = heap[0];
    if (heap.length < limit || worst === undefined) rise({ slot: slots[at] ?? 0, score });
    else if (score >= worst.score) {
      const entry = { slot: slots[at] ?? 0, score };
      if (compare(entry, worst) < 0) sink(entry);
    }
  }
  return heap.sort(compare);
}
