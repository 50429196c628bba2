import { describe, expect, test } from 'vitest';
import { createIndexBuilder } from '../../../../../src/adapters/vector-store/sqlite/index-builder.ts';
import type { RowWithEmbedding } from '../../../../../src/adapters/vector-store/sqlite/rows.ts';
import { createSnapshot } from '../../../../../src/adapters/vector-store/sqlite/snapshot.ts';
import { createVectorScanner } from '../../../../../src/adapters/vector-store/sqlite/vector-memory.ts';
import { cosine, unitVector } from '../../../../contract/vector-store/fixtures.ts';

const DIMENSION = 16;

const rowOf = (row: number): RowWithEmbedding => ({
  row: {
    row,
    id: `p${row}`,
    category: 1,
    price: row,
    inStock: true,
    indexedAt: row,
    attributes: new Uint32Array(),
    words: Uint32Array.of(row % 7, 1),
    length: 1,
  },
  embedding: unitVector(row, DIMENSION),
});
const rowsFrom = (first: number, count: number) => Array.from({ length: count }, (_, place) => rowOf(first + place));

describe('the index that readers share', () => {
  test('what readers are told, step by step, is what the writer has, however often segments merge', () => {
    const index = createIndexBuilder(DIMENSION);
    const reader = createSnapshot();
    let next = 1;
    for (const count of [1, 1, 5, 3, 40, 2, 100, 1]) {
      reader.apply(index.update(rowsFrom(next, count), next > 3 ? [next - 3] : []));
      next += count;
    }
    expect(reader.size).toBe(next - 1);
    expect(reader.liveCount).toBe(index.snapshot.liveCount);
    expect(reader.liveWords).toBe(reader.liveCount);
    expect(reader.segments.length).toBeLessThan(8);
    for (let slot = 0; slot < reader.size; slot += 1) {
      expect(reader.idOf(slot)).toBe(`p${slot + 1}`);
      expect(reader.slotOfRow(slot + 1)).toBe(slot);
      expect(reader.alive[slot]).toBe(index.snapshot.alive[slot]);
    }
  });

  test('when most of it is dead the living are moved together, with their vectors', () => {
    const index = createIndexBuilder(DIMENSION);
    const reader = createSnapshot();
    const before = index.memory;
    reader.apply(index.update(rowsFrom(1, 9_000), []));
    const dead = Array.from({ length: 5_000 }, (_, place) => 1 + place);
    const publication = index.update(rowsFrom(9_001, 10), dead);
    expect(publication.memory).toBe(index.memory);
    expect(index.memory).not.toBe(before);
    reader.apply(publication);
    expect([reader.size, reader.liveCount]).toEqual([4_010, 4_010]);
    expect(reader.idOf(0)).toBe('p5001');
    expect(reader.idOf(4_009)).toBe('p9010');

    const scanner = createVectorScanner(index.memory, DIMENSION, 0);
    const query = unitVector(77, DIMENSION);
    const scale = scanner.prepare(query);
    for (let at = 0; at < 4_010; at += 1) scanner.numbers[at] = at;
    scanner.compare(4_010);
    for (const slot of [0, 1, 3_999, 4_009]) {
      const segment = reader.segmentOf(slot);
      const about = (scanner.dots[slot] ?? 0) * scale * (segment.scales[slot - segment.start] ?? 0);
      expect(about).toBeCloseTo(cosine(query, unitVector(5_001 + slot, DIMENSION)), 2);
    }
  });
});
