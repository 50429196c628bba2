/** How relevant a product is to a query: 1 somewhat, 2 well, 3 exactly; products that are not named are not relevant. */
export type Grades = Readonly<Record<string, number>>;

/** How good one ranked list is, each from 0 to 1. */
export interface Quality {
  /** Share of the relevant products that stand among the first ten, of ten at most. */
  recallAt10: number;
  /** One divided by the place of the first relevant product, 0 where none is listed (its mean is the MRR). */
  reciprocalRank: number;
  /** Discounted cumulative gain of the first ten, of the best that is possible; a gain is 2^grade - 1. */
  ndcgAt10: number;
}

const DEPTH = 10;

/** Jarvelin and Kekalainen: "Cumulated Gain-Based Evaluation of IR Techniques" (TOIS 2002), with exponential gains. */
function discountedGain(grades: readonly number[]): number {
  return grades.slice(0, DEPTH).reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0);
}

/** Judges a list of product ids, best first. Throws RangeError where nothing is relevant: nothing can be said then. */
export function judge(ids: readonly string[], grades: Grades): Quality {
  const relevant = Object.values(grades).filter((grade) => grade > 0);
  if (relevant.length === 0) throw new RangeError('A query without relevant products cannot be judged.');
  const found = ids.map((id) => grades[id] ?? 0);
  const hits = found.slice(0, DEPTH).filter((grade) => grade > 0).length;
  const first = found.findIndex((grade) => grade > 0);
  return {
    recallAt10: hits / Math.min(DEPTH, relevant.length),
    reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
    ndcgAt10: discountedGain(found) / discountedGain(relevant.sort((left, right) => right - left)),
  };
}

/** The mean of each figure. Throws RangeError for an empty list. */
export function meanQuality(all: readonly Quality[]): Quality {
  if (all.length === 0) throw new RangeError('There is nothing to take the mean of.');
  const mean = (figure: keyof Quality) => all.reduce((sum, quality) => sum + quality[figure], 0) / all.length;
  return { recallAt10: mean('recallAt10'), reciprocalRank: mean('reciprocalRank'), ndcgAt10: mean('ndcgAt10') };
}
