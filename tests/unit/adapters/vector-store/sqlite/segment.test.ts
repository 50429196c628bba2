import { describe, expect, test } from 'vitest';
import {
  buildSegment,
  idAt,
  postingsOf,
  type Row,
  type Segment,
  slotOf,
  weightOf,
} from '../../../../../src/adapters/vector-store/sqlite/segment.ts';
import { compactSegment, mergeSegments } from '../../../../../src/adapters/vector-store/sqlite/segment-merge.ts';
import { randomNumbers } from '../../../../contract/vector-store/fixtures.ts';

/** Rows of any content, the same for the same seed. */
function randomRows(seed: number, count: number, firstRow: number): Row[] {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, place) => {
    const words = [...new Set(Array.from({ length: below(8) }, () => below(30)))];
    return {
      row: firstRow + place,
      id: `${'é👜x'.repeat(below(4))}${firstRow + place}`,
      category: below(5),
      price: below(1000) / 10,
      inStock: random() < 0.5,
      attributes: Uint32Array.from({ length: below(4) }, () => below(40)),
      words: Uint32Array.from(words.flatMap((word) => [word, 1 + below(9)])),
      length: words.length,
      scales: Float32Array.from({ length: 1 + below(3) }, () => below(100) / 128),
      indexedAt: below(10_000),
    };
  });
}

/** The rows of a segment, read back from its columns. */
function rowsOf(segment: Segment): Row[] {
  return Array.from({ length: segment.count }, (_, place) => {
    const words = Array.from(segment.words).flatMap((word) => {
      const found = postingsOf(segment, word).find((packed) => slotOf(packed) === segment.start + place);
      return found === undefined ? [] : [word, weightOf(found)];
    });
    return {
      row: segment.rows[place] ?? 0,
      id: idAt(segment, place),
      category: segment.categories[place] ?? 0,
      price: segment.prices[place] ?? 0,
      inStock: segment.stock[place] === 1,
      attributes: segment.attributes.slice(segment.attributeStarts[place], segment.attributeStarts[place + 1]),
      words: Uint32Array.from(words),
      length: segment.lengths[place] ?? 0,
      scales: segment.scales.slice(segment.vectorStarts[place], segment.vectorStarts[place + 1]),
      indexedAt: segment.indexedAt[place] ?? 0,
    };
  });
}

/** Words in the order in which a segment has them. */
function inOrder(rows: readonly Row[]): Row[] {
  return rows.map((row) => {
    const pairs = Array.from({ length: row.words.length / 2 }, (_, at) => row.words.slice(2 * at, 2 * at + 2));
    pairs.sort((left, right) => (left[0] ?? 0) - (right[0] ?? 0));
    return { ...row, words: Uint32Array.from(pairs.flatMap((pair) => [...pair])) };
  });
}

/** The slot and the first vector that a segment begins with. */
const at = (start: number, firstVector = 2 * start) => ({ start, firstVector });

describe('segments', () => {
  const first = randomRows(1, 50, 100);
  const second = randomRows(2, 30, 400);

  test('give back what was put in', () => {
    expect(rowsOf(buildSegment(at(7), first))).toEqual(inOrder(first));
  });

  test('merged are what they were, one behind the other', () => {
    const merged = mergeSegments(buildSegment(at(7), first), buildSegment(at(57), second));
    expect(merged.start).toBe(7);
    expect(rowsOf(merged)).toEqual(inOrder([...first, ...second]));
    expect(Array.from(merged.words)).toEqual([...new Set(merged.words)].sort((left, right) => left - right));
  });

  test('compacted have lost the dead and nothing else', () => {
    const segment = buildSegment(at(7), first);
    const alive = new Uint8Array(100).fill(1);
    const dead = [7, 8, 30, 56];
    for (const slot of dead) alive[slot] = 0;
    const compact = compactSegment(segment, alive, at(1_000));
    const living = first.filter((_, place) => !dead.includes(7 + place));
    expect(compact?.segment.start).toBe(1_000);
    expect(compact && rowsOf(compact.segment)).toEqual(inOrder(living));
    const lost = first
      .filter((_, place) => dead.includes(7 + place))
      .reduce((sum, { scales }) => sum + scales.length, 0);
    expect(compact?.vectors).toHaveLength(segment.scales.length - lost);
    expect(compact?.vectors.at(-1)).toBe(14 + segment.scales.length - (first.at(-1)?.scales.length ?? 0) - 1);
    expect(compactSegment(segment, new Uint8Array(100), at(0))).toBeUndefined();
  });

  test('a word that stands more often than a posting can count is counted as often as it can', () => {
    const [row] = randomRows(3, 1, 1);
    const rows = row === undefined ? [] : [{ ...row, words: Uint32Array.of(5, 70_000) }];
    expect(Array.from(postingsOf(buildSegment(at(3), rows), 5), weightOf)).toEqual([1023]);
  });
});
