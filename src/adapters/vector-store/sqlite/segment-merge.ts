import { allocate, posting, type Segment, slotOf, weightOf } from './segment.ts';

/** Columns with one number for each product. */
const OF_PRODUCTS = ['rows', 'prices', 'indexedAt', 'categories', 'stock', 'lengths'] as const;

/** Copies rising positions of one segment's column behind those of another. */
function appendStarts(to: Uint32Array, first: Uint32Array, second: Uint32Array): void {
  const offset = first.at(-1) ?? 0;
  to.set(first);
  for (let at = 1; at < second.length; at += 1) to[first.length - 1 + at] = offset + (second[at] ?? 0);
}

/** Two neighbours as one: `second` begins where `first` ends. */
export function mergeSegments(first: Segment, second: Segment): Segment {
  const merged = allocate(first, {
    count: first.count + second.count,
    vectors: first.scales.length + second.scales.length,
    attributes: first.attributes.length + second.attributes.length,
    idBytes: first.ids.length + second.ids.length,
    words: countDistinct(first.words, second.words),
    postings: first.postings.length + second.postings.length,
  });
  for (const column of [...OF_PRODUCTS, 'scales', 'attributes', 'ids'] as const) {
    merged[column].set(first[column]);
    merged[column].set(second[column], first[column].length);
  }
  appendStarts(merged.vectorStarts, first.vectorStarts, second.vectorStarts);
  appendStarts(merged.attributeStarts, first.attributeStarts, second.attributeStarts);
  appendStarts(merged.idStarts, first.idStarts, second.idStarts);

  let left = 0;
  let right = 0;
  let end = 0;
  const take = (segment: Segment, place: number): void => {
    const own = segment.postings.subarray(segment.postingStarts[place], segment.postingStarts[place + 1]);
    merged.postings.set(own, end);
    end += own.length;
  };
  for (let place = 0; place < merged.words.length; place += 1) {
    const leftWord = first.words[left] ?? Number.POSITIVE_INFINITY;
    const rightWord = second.words[right] ?? Number.POSITIVE_INFINITY;
    const word = Math.min(leftWord, rightWord);
    if (leftWord === word) take(first, left++);
    if (rightWord === word) take(second, right++);
    merged.words[place] = word;
    merged.postingStarts[place + 1] = end;
  }
  return merged;
}

/** How many numbers two ascending lists have between them. */
function countDistinct(first: Uint32Array, second: Uint32Array): number {
  let common = 0;
  let right = 0;
  for (const number of first) {
    while (right < second.length && (second[right] ?? 0) < number) right += 1;
    if (second[right] === number) common += 1;
  }
  return first.length + second.length - common;
}

/** Moves what follows each start in `from` for the kept places to the front of `to`, with starts of their own. */
function keepParts(
  kept: Uint32Array,
  from: { starts: Uint32Array; values: Uint32Array | Float32Array | Uint8Array },
  to: { starts: Uint32Array; values: Uint32Array | Float32Array | Uint8Array },
): void {
  let end = 0;
  for (const [place, old] of kept.entries()) {
    const part = from.values.subarray(from.starts[old], from.starts[old + 1]);
    to.values.set(part, end);
    end += part.length;
    to.starts[place + 1] = end;
  }
}

/**
 * The products of a segment that are alive, in slots and with vectors from the given ones on; undefined where none is.
 * `vectors`: the old numbers of their vectors.
 */
export function compactSegment(
  segment: Segment,
  alive: Uint8Array,
  to: Pick<Segment, 'start' | 'firstVector'>,
): { segment: Segment; vectors: number[] } | undefined {
  const places = Uint32Array.from({ length: segment.count }, (_, place) => place);
  const kept = places.filter((place) => alive[segment.start + place] === 1);
  if (kept.length === 0) return undefined;

  const newSlots = new Map(Array.from(kept, (old, place) => [segment.start + old, to.start + place]));
  const postings = Array.from(segment.words, (word, at) => {
    const own = segment.postings.subarray(segment.postingStarts[at], segment.postingStarts[at + 1]);
    const moved = Array.from(own).flatMap((packed) => {
      const slot = newSlots.get(slotOf(packed));
      return slot === undefined ? [] : [posting(slot, weightOf(packed))];
    });
    return { word, moved };
  }).filter(({ moved }) => moved.length > 0);
  const sizeOf = (starts: Uint32Array) =>
    kept.reduce((size, old) => size + (starts[old + 1] ?? 0) - (starts[old] ?? 0), 0);

  const compact = allocate(to, {
    count: kept.length,
    vectors: sizeOf(segment.vectorStarts),
    attributes: sizeOf(segment.attributeStarts),
    idBytes: sizeOf(segment.idStarts),
    words: postings.length,
    postings: postings.reduce((sum, { moved }) => sum + moved.length, 0),
  });
  for (const column of OF_PRODUCTS) {
    for (const [place, old] of kept.entries()) compact[column][place] = segment[column][old] ?? 0;
  }
  keepParts(
    kept,
    { starts: segment.vectorStarts, values: segment.scales },
    { starts: compact.vectorStarts, values: compact.scales },
  );
  keepParts(
    kept,
    { starts: segment.attributeStarts, values: segment.attributes },
    { starts: compact.attributeStarts, values: compact.attributes },
  );
  keepParts(kept, { starts: segment.idStarts, values: segment.ids }, { starts: compact.idStarts, values: compact.ids });
  let end = 0;
  for (const [place, { word, moved }] of postings.entries()) {
    compact.words[place] = word;
    compact.postings.set(moved, end);
    end += moved.length;
    compact.postingStarts[place + 1] = end;
  }
  const vectors = Array.from(kept).flatMap((old) => {
    const first = segment.vectorStarts[old] ?? 0;
    const own = (segment.vectorStarts[old + 1] ?? first) - first;
    return Array.from({ length: own }, (_, at) => segment.firstVector + first + at);
  });
  return { segment: compact, vectors };
}
