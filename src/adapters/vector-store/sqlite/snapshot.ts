import { findNumber, idAt, type Segment } from './segment.ts';

/** A change of what is stored, as the writer tells it to the readers. */
export interface Publication {
  /** So many of the segments stay, … */
  keep: number;
  /** … and these follow. */
  segments: readonly Segment[];
  /** Slots whose products are no longer there. */
  dead: Uint32Array;
  /** Where the 8-bit copies are now, when they have moved: then all segments are new and `dead` speaks of them. */
  memory?: WebAssembly.Memory | undefined;
}

/** What is stored, as one thread sees it: segments and which of their slots are alive. */
export interface Snapshot {
  readonly segments: readonly Segment[];
  /** Slots in all, dead ones too. */
  readonly size: number;
  /** By slot: 1 where there is a product. Longer than `size`. */
  readonly alive: Uint8Array;
  /** How many products there are, … */
  readonly liveCount: number;
  /** … and how many words they have in all. */
  readonly liveWords: number;
  apply(publication: Publication): void;
  /** The segment that a slot is in, which must exist. */
  segmentOf(slot: number): Segment;
  /** The product's id. */
  idOf(slot: number): string;
  /** The slot of a row of the database; undefined where there is none. */
  slotOfRow(row: number): number | undefined;
}

/** An empty snapshot. */
export function createSnapshot(): Snapshot {
  let segments: Segment[] = [];
  let size = 0;
  let alive = new Uint8Array(1024);
  let liveCount = 0;
  let liveWords = 0;

  const segmentOf = (slot: number): Segment => {
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((segments[middle]?.start ?? 0) <= slot) low = middle;
      else high = middle - 1;
    }
    const found = segments[low];
    if (found === undefined) throw new RangeError(`There is no slot ${slot}.`);
    return found;
  };
  const lengthAt = (slot: number): number => {
    const { start, lengths } = segmentOf(slot);
    return lengths[slot - start] ?? 0;
  };
  /** Takes in the slots from `size` on, all alive. */
  const append = (newSize: number): void => {
    if (newSize > alive.length) {
      const longer = new Uint8Array(Math.max(newSize, 2 * alive.length));
      longer.set(alive);
      alive = longer;
    }
    alive.fill(1, size, newSize);
    for (let slot = size; slot < newSize; slot += 1) liveWords += lengthAt(slot);
    liveCount += newSize - size;
    size = newSize;
  };

  return {
    get segments() {
      return segments;
    },
    get size() {
      return size;
    },
    get alive() {
      return alive;
    },
    get liveCount() {
      return liveCount;
    },
    get liveWords() {
      return liveWords;
    },
    apply({ keep, segments: added, dead, memory }) {
      if (memory !== undefined) {
        size = 0;
        liveCount = 0;
        liveWords = 0;
        alive.fill(0);
      }
      segments = [...segments.slice(0, keep), ...added];
      const last = segments.at(-1);
      append(last === undefined ? 0 : last.start + last.count);
      for (const slot of dead) {
        if (alive[slot] !== 1) continue;
        alive[slot] = 0;
        liveCount -= 1;
        liveWords -= lengthAt(slot);
      }
    },
    segmentOf,
    idOf(slot) {
      const segment = segmentOf(slot);
      return idAt(segment, slot - segment.start);
    },
    slotOfRow(row) {
      // Rows rise with slots: the segment is the last one that begins at or before the row.
      const segment = segments.findLast(({ rows }) => (rows[0] ?? Number.POSITIVE_INFINITY) <= row);
      const place = segment === undefined ? -1 : findNumber(segment.rows, row);
      return segment === undefined || place < 0 ? undefined : segment.start + place;
    },
  };
}
