// Measures Vitrine against what it stands on, both sides in one run, and writes bench/RESULTS.md: `npm run bench`. --quick takes
// less than three minutes and prints only; names of parts (`npm run bench -- embedded`) measure those alone, and print.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readVersion } from '../src/package-root.ts';
import { type Row, toMarkdown } from './table.ts';

const here = import.meta.dirname;
const isQuick = process.argv.includes('--quick');
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const known = readdirSync(join(here, 'parts')).map((file) => basename(file, '.ts'));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; there are ${known.join(', ')}.`);

const rows: Row[] = [];
const notes: string[] = [];
for (const part of asked.length > 0 ? asked : known) {
  process.stderr.write(`${part} …\n`);
  // In a process of its own: what one part leaves warm or full is not in the figures of the next.
  const child = spawn(process.execPath, [join(here, 'parts', `${part}.ts`), ...(isQuick ? ['--quick'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`The part ${part} failed.`);
  const found: { rows: Row[]; notes?: string[] } = JSON.parse(output);
  rows.push(...found.rows);
  notes.push(...(found.notes ?? []));
}

const order = new Intl.Collator('en', { numeric: true });
rows.sort((left, right) => order.compare(left.number, right.number));
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, Vitrine ${readVersion()}, ${new Date().toISOString().slice(0, 10)}`;
const report = [toMarkdown(rows), ...notes.map((note) => `- ${note}`)].join('\n');
process.stdout.write(`${machine}\n\n${report}\n`);
if (!isQuick && asked.length === 0) {
  const head =
    '# Results\n\nWritten by `npm run bench`; bench/README.md says what each line measures and what bounds it.\n';
  writeFileSync(join(here, 'RESULTS.md'), `${head}\n${machine}\n\n${report}\n`);
}
