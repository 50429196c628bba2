import type { IndexedProduct } from '../../../src/adapters/vector-store/types.ts';
import { makeItem, randomNumbers, unitVector } from '../vector-store/fixtures.ts';

/** What a writer does next: products written (new ones, or anew), or one deleted. */
export type RandomWrite = { upsert: IndexedProduct[] } | { delete: string };

export const DIMENSION = 32;
/** Each writer has ids of its own, so that what its last write left behind is known. */
const IDS_PER_WRITER = 150;

/** The `step`-th write of a writer, always the same for the same numbers. */
export function randomWrite(writer: number, step: number): RandomWrite {
  const random = randomNumbers(writer * 1_000_003 + step);
  const pickId = () => `p${writer}-${Math.floor(random() * IDS_PER_WRITER)}`;
  if (random() < 0.2) return { delete: pickId() };
  const ids = new Set(Array.from({ length: 1 + Math.floor(random() * 8) }, pickId));
  return {
    upsert: Array.from(ids, (id, place) =>
      makeItem(
        { id, name: `Lamp word${writer}x${step}`, price: step },
        unitVector(writer * 7_000_003 + step * 16 + place, DIMENSION),
      ),
    ),
  };
}
