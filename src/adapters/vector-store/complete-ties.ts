import { MAX_TIES, type ScoredId } from './types.ts';

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
 * The part of a top that no larger one would put otherwise: all that comes before the score of its last entry, of which an
 * engine picks as it likes. Where more than `MAX_TIES` have that score, they are taken as they are: to find the rest would
 * cost more than their order is worth.
 */
function settledPart<Entry extends ScoredId>({ entries, complete }: TopList<Entry>): readonly Entry[] {
  const last = entries.at(-1);
  if (complete || last === undefined) return entries;
  const settled = entries.filter(({ score }) => score > last.score);
  return entries.length - settled.length > MAX_TIES ? entries : settled;
}

/**
 * The first `count` entries of a ranked list, ordered as the port promises, from an engine that can only be asked for its
 * best n and picks among equal scores as it likes. `limits` are the sizes to ask for, growing; the last one is the most
 * the engine gives. A larger top only ever appends what the smaller ones lack, so that windows of any size add up: also
 * where more than `MAX_TIES` have one score, and where an approximate index finds with more effort what it had missed.
 */
export async function completeTies<Entry extends ScoredId>(
  fetchTop: (limit: number) => Promise<TopList<Entry>>,
  count: number,
  limits: Iterable<number>,
): Promise<Entry[]> {
  const list = new Map<string, Entry>();
  const append = (entries: readonly Entry[]): void => {
    for (const entry of entries.toSorted(compareScored)) if (!list.has(entry.id)) list.set(entry.id, entry);
  };
  let top: TopList<Entry> = { entries: [], complete: count <= 0 };
  for (const limit of limits) {
    if (top.complete || list.size >= count) break;
    top = await fetchTop(limit);
    append(settledPart(top));
  }
  if (list.size < count) append(top.entries);
  return [...list.values()].slice(0, Math.max(0, count));
}

/** Sizes to ask for: `first`, then five times as many each time, up to `most`. */
export function* growingLimits(first: number, most: number): Generator<number> {
  for (let limit = first; limit < most; limit *= 5) yield limit;
  yield most;
}
