import type { RowWithEmbedding } from './rows.ts';
import { buildSegment, MAX_SLOTS, type Segment } from './segment.ts';
import { compactSegment, mergeSegments } from './segment-merge.ts';
import { createSnapshot, type Publication, type Snapshot } from './snapshot.ts';
import { createVectorMemory, createVectorWriter } from './vector-memory.ts';

/** With so many dead slots, and a third of all, the living are moved together. */
const MIN_DEAD = 4_096;
const DEAD_SHARE = 1 / 3;

/** What the writer keeps in memory for the readers: 8-bit copies of the vectors, and segments. */
export interface IndexBuilder {
  readonly memory: WebAssembly.Memory;
  readonly snapshot: Snapshot;
  /** Takes in new rows, and that the rows `removed` (new ones among them) are gone; resolves to what to tell readers. */
  update(added: readonly RowWithEmbedding[], removed: readonly number[]): Publication;
  /** Room for so many more products. */
  readonly room: number;
}

/** An empty index for vectors of this dimension. */
export function createIndexBuilder(dimension: number): IndexBuilder {
  let memory = createVectorMemory(dimension);
  let vectors = createVectorWriter(memory, dimension);
  const snapshot = createSnapshot();
  let vectorCount = 0;

  /** Stores the 8-bit copies of a product's vectors; resolves to their scales. */
  const store = (embedding: Float32Array): Float32Array =>
    Float32Array.from({ length: embedding.length / dimension }, (_, image) =>
      vectors.write(vectorCount++, embedding.subarray(image * dimension, (image + 1) * dimension)),
    );

  /** Segments double in size from the last to the first, so that there are few and each product is rarely copied. */
  const append = (segment: Segment): Pick<Publication, 'keep' | 'segments'> => {
    let keep = snapshot.segments.length;
    let last = segment;
    for (; keep > 0; keep -= 1) {
      const before = snapshot.segments[keep - 1];
      if (before === undefined || before.count > 2 * last.count) break;
      last = mergeSegments(before, last);
    }
    return { keep, segments: [last] };
  };
  const isSparse = (): boolean => {
    const dead = snapshot.size - snapshot.liveCount;
    return dead >= MIN_DEAD && dead > DEAD_SHARE * snapshot.size;
  };
  /** The living in new memory, without the dead between them. */
  const compact = (): Publication => {
    const roomier = createVectorMemory(dimension);
    const writer = createVectorWriter(roomier, dimension);
    const segments: Segment[] = [];
    let start = 0;
    let firstVector = 0;
    for (const segment of snapshot.segments) {
      const living = compactSegment(segment, snapshot.alive, { start, firstVector });
      if (living === undefined) continue;
      segments.push(living.segment);
      start += living.segment.count;
      for (const vector of living.vectors) writer.copy(memory, vector, firstVector++);
    }
    memory = roomier;
    vectorCount = firstVector;
    vectors = writer;
    return { keep: 0, segments, dead: new Uint32Array(), memory };
  };

  return {
    get memory() {
      return memory;
    },
    snapshot,
    get room() {
      return MAX_SLOTS - snapshot.size;
    },
    update(added, removed) {
      const start = snapshot.size;
      const firstVector = vectorCount;
      const rows = added.map(({ row, embedding }) => ({ ...row, scales: store(embedding) }));
      const changed =
        rows.length === 0
          ? { keep: snapshot.segments.length, segments: [] }
          : append(buildSegment({ start, firstVector }, rows));
      const firstNew = rows[0]?.row ?? Number.POSITIVE_INFINITY;
      const dead = removed.flatMap((row) => {
        const slot = row >= firstNew ? start + (row - firstNew) : snapshot.slotOfRow(row);
        return slot === undefined ? [] : [slot];
      });
      const publication: Publication = { ...changed, dead: Uint32Array.from(dead) };
      snapshot.apply(publication);
      if (!isSparse()) return publication;
      const compacted = compact();
      snapshot.apply(compacted);
      return compacted;
    },
  };
}
