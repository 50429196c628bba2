/** What searching needs to know of one product, as the database keeps it. */
export interface Row {
  /** Its number in the database; later rows have higher ones. */
  row: number;
  id: string;
  /** A term of the dictionary. */
  category: number;
  price: number;
  inStock: boolean;
  /** Terms of the dictionary, each a name and a value. */
  attributes: Uint32Array;
  /** Pairs of a term of the dictionary and its weight in this product: how often it occurs, by field. */
  words: Uint32Array;
  /** How many words the product has, each occurrence counted. */
  length: number;
  /** Of its 8-bit copies, one for each image; see `VectorWriter`. */
  scales: Float32Array;
  /** RFC 3339 as milliseconds since 1970. */
  indexedAt: number;
}

/**
 * What is known of products in consecutive slots, in columns. It never changes: new products come in new segments, small
 * ones are merged into larger ones. All columns lie in one SharedArrayBuffer, so that threads share them.
 */
export interface Segment {
  /** The slot of its first product. */
  start: number;
  count: number;
  /** The number of its first vector; the vectors of its products follow each other. */
  firstVector: number;
  rows: Float64Array;
  prices: Float64Array;
  indexedAt: Float64Array;
  categories: Uint32Array;
  /** 1 where the product is in stock. */
  stock: Uint8Array;
  lengths: Uint32Array;
  /** The vectors of product i are `vectorStarts[i]` up to the next start, counted from `firstVector`; their scales. */
  vectorStarts: Uint32Array;
  scales: Float32Array;
  /** The attributes of product i are `attributes[attributeStarts[i]]` up to the next start. */
  attributeStarts: Uint32Array;
  attributes: Uint32Array;
  /** The id of product i in UTF-8, in the same way. */
  idStarts: Uint32Array;
  ids: Uint8Array;
  /** Every word in this segment, ascending, … */
  words: Uint32Array;
  /** … and, in the same way, its postings: ascending slots with weights, see `posting`. */
  postingStarts: Uint32Array;
  postings: Uint32Array;
}

/** A posting is a slot and the weight of a word there, in 32 bits: so many slots there can be, … */
export const MAX_SLOTS = 2 ** 22;
/** … and weights stay below this. */
const WEIGHTS = 2 ** 10;

/** Packs a slot and a weight, which is cut at 1,023. */
export function posting(slot: number, weight: number): number {
  return slot * WEIGHTS + Math.min(weight, WEIGHTS - 1);
}

/** The slot of a posting. */
export const slotOf = (packed: number): number => packed >>> 10;
/** The weight of a posting. */
export const weightOf = (packed: number): number => packed & (WEIGHTS - 1);

/** How many numbers each column has. */
interface Sizes {
  count: number;
  vectors: number;
  attributes: number;
  idBytes: number;
  words: number;
  postings: number;
}

/** Columns of these sizes, all zero, in one shared buffer; the widest come first, so that each is aligned. */
export function allocate(
  { start, firstVector }: Pick<Segment, 'start' | 'firstVector'>,
  { count, vectors, attributes, idBytes, words, postings }: Sizes,
): Segment {
  const wide = 3 * count;
  const narrow = 3 * (count + 1) + 2 * count + vectors + attributes + 2 * words + 1 + postings;
  const buffer = new SharedArrayBuffer(8 * wide + 4 * narrow + count + idBytes);
  let at = 0;
  const next = (bytes: number): number => {
    at += bytes;
    return at - bytes;
  };
  const doubles = (length: number) => new Float64Array(buffer, next(8 * length), length);
  const integers = (length: number) => new Uint32Array(buffer, next(4 * length), length);
  const bytes = (length: number) => new Uint8Array(buffer, next(length), length);
  return {
    start,
    count,
    firstVector,
    rows: doubles(count),
    prices: doubles(count),
    indexedAt: doubles(count),
    categories: integers(count),
    lengths: integers(count),
    vectorStarts: integers(count + 1),
    scales: new Float32Array(buffer, next(4 * vectors), vectors),
    attributeStarts: integers(count + 1),
    attributes: integers(attributes),
    idStarts: integers(count + 1),
    words: integers(words),
    postingStarts: integers(words + 1),
    postings: integers(postings),
    stock: bytes(count),
    ids: bytes(idBytes),
  };
}

const encoder = new TextEncoder();

/** The segment of `rows`, whose first one gets the slot `start` and whose first vector is `firstVector`. */
export function buildSegment(
  { start, firstVector }: Pick<Segment, 'start' | 'firstVector'>,
  rows: readonly Row[],
): Segment {
  const ids = rows.map(({ id }) => encoder.encode(id));
  const frequencies = new Map<number, number>();
  for (const { words } of rows) {
    for (let at = 0; at < words.length; at += 2) {
      const word = words[at] ?? 0;
      frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
    }
  }
  const sum = (numbers: Iterable<number>) => Array.from(numbers).reduce((total, number) => total + number, 0);
  const segment = allocate(
    { start, firstVector },
    {
      count: rows.length,
      vectors: sum(rows.map(({ scales }) => scales.length)),
      attributes: sum(rows.map(({ attributes }) => attributes.length)),
      idBytes: sum(ids.map(({ length }) => length)),
      words: frequencies.size,
      postings: sum(frequencies.values()),
    },
  );

  segment.words.set([...frequencies.keys()].sort((left, right) => left - right));
  const nextPosting = new Map<number, number>();
  let end = 0;
  for (const [place, word] of segment.words.entries()) {
    nextPosting.set(word, end);
    end += frequencies.get(word) ?? 0;
    segment.postingStarts[place + 1] = end;
  }
  let vectorEnd = 0;
  let attributeEnd = 0;
  let idEnd = 0;
  for (const [place, row] of rows.entries()) {
    segment.rows[place] = row.row;
    segment.prices[place] = row.price;
    segment.categories[place] = row.category;
    segment.stock[place] = row.inStock ? 1 : 0;
    segment.lengths[place] = row.length;
    segment.indexedAt[place] = row.indexedAt;
    segment.scales.set(row.scales, vectorEnd);
    vectorEnd += row.scales.length;
    segment.vectorStarts[place + 1] = vectorEnd;
    segment.attributes.set(row.attributes, attributeEnd);
    attributeEnd += row.attributes.length;
    segment.attributeStarts[place + 1] = attributeEnd;
    const id = ids[place] ?? new Uint8Array();
    segment.ids.set(id, idEnd);
    idEnd += id.length;
    segment.idStarts[place + 1] = idEnd;
    for (let at = 0; at < row.words.length; at += 2) {
      const word = row.words[at] ?? 0;
      const to = nextPosting.get(word) ?? 0;
      segment.postings[to] = posting(start + place, row.words[at + 1] ?? 0);
      nextPosting.set(word, to + 1);
    }
  }
  return segment;
}

/** The place of `wanted` in an ascending list; -1 where it is not in it. */
export function findNumber(ascending: Uint32Array | Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ascending[middle] ?? 0;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The postings of a word; empty where the segment does not have it. */
export function postingsOf(segment: Segment, word: number): Uint32Array {
  const place = findNumber(segment.words, word);
  if (place < 0) return segment.postings.subarray(0, 0);
  return segment.postings.subarray(segment.postingStarts[place], segment.postingStarts[place + 1]);
}

/** The id of the product at `place` (from 0) of the segment. */
export function idAt({ ids, idStarts }: Segment, place: number): string {
  const start = idStarts[place] ?? 0;
  return Buffer.from(ids.buffer, ids.byteOffset + start, (idStarts[place + 1] ?? start) - start).toString();
}
