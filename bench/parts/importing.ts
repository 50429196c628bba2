// Row 9: searches by text, each another one, beside an import that runs as fast as it can into the same server.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { PACKAGE_ROOT } from '../../src/package-root.ts';
import { startServer, temporaryFolder } from '../server.ts';
import { searchBody } from '../serving/storefront.ts';
import { makePhoto, standardModel } from '../standard-model.ts';
import { alternate, quantile, type Row } from '../table.ts';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 1 : 6;
const SEARCHES = isQuick ? 60 : 200;
/** More than are embedded while searches are measured once. */
const PRODUCTS = 400;
/** Until the command has started and the queue for the model is full. */
const RUN_UP_MS = 3000;

await using data = await temporaryFolder();
const photos = await Promise.all(Array.from({ length: 8 }, (_, index) => makePhoto(index, 800, 800)));
const environment = { DATA_DIR: data.path, DEMO_CATALOGUE: 'off', CLIP_MODEL: standardModel() };
const client = new Agent({ connections: 1 });
const server = await startServer(environment);
let asked = 0;
// The first searches are of a server that is still being compiled.
await searches();
const figures = await alternate(ROUNDS, besideImport, searches);
await server.stop();
await client.close();

const row: Row = {
  number: '9',
  what: 'p95 of a search by text, fp32, while an import runs',
  against: 'the same while nothing else happens',
  unit: 'ms',
  bound: { times: 2 },
  ...figures,
};
process.stdout.write(JSON.stringify({ rows: [row] }));

/** The 95th percentile of searches one after the other, in milliseconds. */
async function searches(): Promise<number> {
  const times: number[] = [];
  while (times.length < SEARCHES) {
    asked += 1;
    const started = performance.now();
    const answer = await request(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: searchBody(asked),
      dispatcher: client,
    });
    const text = await answer.body.text();
    times.push(performance.now() - started);
    if (answer.statusCode !== 200 || text.includes('"errors"')) throw new Error(`The server answered ${text}`);
  }
  return quantile(times, 0.95);
}

async function besideImport(round: number): Promise<number> {
  const importing = startImport(await writeCatalogue(round));
  const ended = once(importing, 'exit');
  await setTimeout(RUN_UP_MS);
  const p95 = await searches();
  if (importing.exitCode !== null) throw new Error('The import ended before the searches.');
  importing.kill('SIGKILL');
  await ended;
  // What it had sent is still being embedded.
  await setTimeout(RUN_UP_MS);
  return p95;
}

/** A catalogue whose images nobody has seen yet, however many others show the same: they differ behind what is decoded. */
async function writeCatalogue(round: number): Promise<string> {
  const folder = join(data.path, `catalogue-${round}`);
  await mkdir(folder);
  const lines: string[] = [];
  for (let index = 0; index < PRODUCTS; index += 1) {
    const image = `${index}.jpg`;
    const id = `p-${round}-${index}`;
    await writeFile(
      join(folder, image),
      Buffer.concat([photos[index % photos.length] ?? Buffer.alloc(0), Buffer.from(id)]),
    );
    lines.push(JSON.stringify({ id, name: `Product ${index}`, category: 'bags', price: 10 + index, image }));
  }
  const file = join(folder, 'products.jsonl');
  await writeFile(file, lines.join('\n'));
  return file;
}

/** Imports a catalogue in a process of its own, as a shop does it beside its server. */
function startImport(file: string): ChildProcess {
  const command = [join(PACKAGE_ROOT, 'src/cli.ts'), 'import', file, '--url', server.url];
  return spawn(process.execPath, command, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
