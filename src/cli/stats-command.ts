import type { Command } from 'commander';
import type { CollectionStats } from '../services/health/collection-stats.ts';
import { formatCount } from '../terminal/format.ts';
import { formatTable, printable } from '../terminal/table.ts';
import { connect } from './connect.ts';
import { readStats } from './operations.ts';
import { type ConnectionFlags, type JsonFlag, type Runner, readConfig, withConnection, withJson } from './options.ts';
import { print, printJson } from './output.ts';

/** Adds `vitrine stats`. */
export function addStatsCommand(program: Command, run: Runner): void {
  withConnection(withJson(program.command('stats').description('say what the collection holds'))).action(
    (flags: ConnectionFlags & JsonFlag) =>
      run(async () => {
        await using connection = await connect(readConfig(), flags);
        const stats = await readStats(connection.client);
        if (flags.json) printJson(stats);
        else print(formatStats(stats));
        return 0;
      }),
  );
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
