import type { ScoredId } from './types.ts';

/** The best of a ranked list. */
export interface TopList<Entry extends ScoredId> {
  entries: readonly Entry[];
  /** Whether nothing comes after the last entry. */
  complete: boolean;
}

/** Order of every ranked list: by score, highest first, then by id in code unit order. */
export function compareScored(left: ScoredId, right: ScoredId): number {
  if (left.score !== right.score) return right.score - left.score;
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

/**
 * A score without the noise of 32-bit sums: six significant digits. Equal products may be scored by different code
 * paths of an engine (a graph here, a scan there) and differ in the seventh digit; without this they would not tie.
 */
export function roundScore(score: number): number {
  return Number(score.toPrecision(6));
}

/**
 * The first `count` entries of a ranked list in the order of `compareScored`. An engine that is asked for its best n
 * picks among equal scores as it likes, so a cut in the middle of them would depend on n: more is fetched until the
 * entries at the cut are surely all there. `limits` are the sizes to ask for, growing; the last one is the most the
 * engine gives. Sizes that do not depend on `count` make pages of an approximate index agree with each other.
 */
export async function completeTies<Entry extends ScoredId>(
  fetchTop: (limit: number) => Promise<TopList<Entry>>,
  count: number,
  limits: Iterable<number>,
): Promise<Entry[]> {
  if (count <= 0) return [];
  let best: readonly Entry[] = [];
  for (const limit of limits) {
    if (limit <= count) continue;
    const { entries, complete } = await fetchTop(limit);
    best = entries;
    const atCut = entries[count - 1];
    const last = entries.at(-1);
    if (complete || (atCut !== undefined && last !== undefined && last.score < atCut.score)) break;
  }
  return best.toSorted(compareScored).slice(0, count);
}

/** Sizes to ask for: `first`, then four times as many each time, up to `most`. */
export function* growingLimits(first: number, most: number): Generator<number> {
  for (let limit = first; limit < most; limit *= 4) yield limit;
  yield most;
}
