import { loadConfig } from '../config.ts';
import type { CollectionStats } from '../services/health/collection-stats.ts';
import { formatCount } from '../terminal/format.ts';
import { formatTable, printable } from '../terminal/table.ts';
import { connect } from './connect.ts';
import type { ConnectionFlags } from './options.ts';

export interface StatsFlags extends ConnectionFlags {
  json?: boolean;
}

/** `vitrine stats`: prints what the collection holds. */
export async function runStats(flags: StatsFlags): Promise<void> {
  const connection = await connect(loadConfig(process.env), {
    ...flags,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    const stats = await connection.stats();
    process.stdout.write(`${flags.json ? JSON.stringify(stats, null, 2) : formatStats(stats)}\n`);
  } finally {
    await connection.close();
  }
}

/** A summary for people. */
export function formatStats(stats: CollectionStats): string {
  const { name, backend, model, dimension, distance, productCount, priceMin, priceMax, categories } = stats;
  const facts = [
    ['Collection', `${printable(name)} (${backend})`],
    ['Model', `${printable(model)}, ${dimension} dimensions, ${distance}`],
    ['Products', formatCount(productCount)],
    ['Prices', priceMin === null || priceMax === null ? '–' : `${priceMin.toFixed(2)} to ${priceMax.toFixed(2)}`],
  ];
  const summary = facts.map(([title = '', fact]) => `${title.padEnd(12)}${fact}`).join('\n');
  if (categories.length === 0) return summary;
  const rows = categories.map(({ category, count }) => [category, formatCount(count)]);
  const table = formatTable(
    [
      { title: 'Category', align: 'left' },
      { title: 'Products', align: 'right' },
    ],
    rows,
    { colour: false },
  );
  return `${summary}\n\n${table}`;
}
