/** A range of prices: from `min`, which is in it, to `max`, which is not. */
export interface PriceBounds {
  min: number;
  max: number;
}

/** The steps of bounds that grow with the price, finest first: 1, 2, 5, 10, 20, 50, … */
const SERIES = [[1, 2, 5], [1, 5], [1]] as const;
/** Prices this far apart have bounds that grow with the price; closer ones equal steps. */
const WIDE = 20;

/**
 * Ranges with round bounds that hold all prices from `lowest` to `highest`, `most` at most (at least 2), without gaps.
 * They depend on nothing else, so that two stores, and two pages of one search, show the same.
 */
export function roundPriceRanges(lowest: number, highest: number, most: number): PriceBounds[] {
  const bounds =
    highest >= WIDE * Math.max(lowest, 1) ? growingBounds(lowest, highest, most) : evenBounds(lowest, highest, most);
  return bounds.slice(1).map((max, place) => ({ min: bounds[place] ?? 0, max }));
}

function growingBounds(lowest: number, highest: number, most: number): number[] {
  for (const series of SERIES) {
    const bounds = [0];
    for (let power = 0; (bounds.at(-1) ?? 0) <= highest; power += 1) {
      for (const step of series) if ((bounds.at(-1) ?? 0) <= highest) bounds.push(step * 10 ** power);
    }
    // Nothing lies below the last bound that all prices reach.
    const used = bounds.slice(
      Math.max(
        0,
        bounds.findLastIndex((bound) => bound <= lowest),
      ),
    );
    if (used.length - 1 <= most || series.length === 1) return thinned(used, most);
  }
  return [];
}

/** Every second bound left out until few enough are left. */
function thinned(bounds: number[], most: number): number[] {
  let left = bounds;
  while (left.length - 1 > most) left = left.filter((_, place) => place % 2 === 0 || place === left.length - 1);
  return left;
}

function evenBounds(lowest: number, highest: number, most: number): number[] {
  // No finer than a tenth of what the highest price is about.
  const finest = 10 ** Math.floor(Math.log10(Math.max(highest, 0.1))) / 10;
  const wanted = Math.max((highest - lowest) / Math.max(1, most - 1), finest);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= wanted) ?? 10;
  const step = factor * power;
  const first = Math.floor(lowest / step);
  const bounds: number[] = [];
  for (let at = first; ; at += 1) {
    // As a text would show it: sums of tenths are not round.
    const bound = Number((at * step).toPrecision(12));
    bounds.push(bound);
    if (bound > highest) return bounds;
  }
}
