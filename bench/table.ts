/** How often, and in what order, two sides are measured: A B A B …, so that both meet the same machine. */
export interface Paired {
  ours: number[];
  theirs: number[];
}

/** A line of the table: what was measured on both sides, and what it should come to. */
export interface Row extends Paired {
  /** Its number in bench/README.md. */
  number: string;
  what: string;
  against: string;
  /** For a unit of time less is better, for a rate more. */
  unit: 'ms' | 'ms CPU' | '/s' | 'MB';
  /** The bound on ours, from the median of theirs. */
  bound: { times: number; plus?: number };
  /** What the reader has to know: what bounds it, what was different. */
  note?: string;
}

/** Runs two sides in turn, `rounds` times after one round that does not count; each call gives one or more figures. */
export async function alternate(
  rounds: number,
  ours: (round: number) => Promise<number | number[]>,
  theirs: (round: number) => Promise<number | number[]>,
): Promise<Paired> {
  const paired: Paired = { ours: [], theirs: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const [own, other] = [await ours(round), await theirs(round)];
    if (round === 0) continue;
    paired.ours.push(...[own].flat());
    paired.theirs.push(...[other].flat());
  }
  return paired;
}

/** The value below which so much of a list lies; NaN for an empty one. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Whether the median of ours keeps to its bound. */
export function isReached({ ours, theirs, unit, bound: { times, plus = 0 } }: Row): boolean {
  const most = times * quantile(theirs, 0.5) + plus;
  return unit === '/s' ? quantile(ours, 0.5) >= most : quantile(ours, 0.5) <= most;
}

/** The rows as a table of Markdown. */
export function toMarkdown(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { number, what, against, unit, ours, theirs, bound, note = '' } = row;
    const of = (values: readonly number[]) => `${short(quantile(values, 0.5))} (${short(quantile(values, 0.95))})`;
    const ratio = quantile(ours, 0.5) / quantile(theirs, 0.5);
    const wanted = `${unit === '/s' ? 'at least' : 'at most'} ${bound.times}x${bound.plus ? ` + ${bound.plus} ${unit}` : ''}`;
    const cells = [number, what, of(ours), against, of(theirs), unit, `${ratio.toFixed(2)}x`, wanted];
    return `| ${[...cells, isReached(row) ? 'yes' : '**no**', note].join(' | ')} |`;
  });
  return [
    '| # | What | ours: median (p95) | Against | theirs: median (p95) | Unit | Ratio | To reach | Reached | |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
