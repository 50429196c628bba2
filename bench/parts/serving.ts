// Rows 3 and 4: what the server itself costs, beside the model and the store. Each side is a process of its own on one core,
// its client another on the other. Linux only: cores are given with taskset, CPU time is read from /proc.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type BenchServer, cpuSeconds, startServer, temporaryFolder } from '../server.ts';
import { searchBody } from '../serving/storefront.ts';
import { alternate, quantile, type Row } from '../table.ts';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 3 : 9;
const SEARCHES = isQuick ? 1000 : 2000;
const REPEATS = isQuick ? 5000 : 20_000;
const REFUSALS = 600;
const CONNECTIONS = { rate: '32', cpu: '8', refusals: String(REFUSALS) };
const [SERVER_CORE, CLIENT_CORE] = ['0', '1'];

const folder = join(import.meta.dirname, '../serving');
await using data = await temporaryFolder();

async function startSide(kind: string, environment: Record<string, string> = {}): Promise<BenchServer> {
  const dataDir = join(data.path, kind);
  const server = await startServer({ DATA_DIR: dataDir, DEMO_CATALOGUE: 'off', ...environment }, [
    join(folder, 'side.ts'),
    kind,
  ]);
  spawnSync('taskset', ['-acp', SERVER_CORE, String(server.process.pid)], { stdio: 'ignore' });
  return server;
}

/** Asks as fast as a server answers. Gives the requests of a second, and the milliseconds of CPU time that each took. */
async function load(server: BenchServer, connections: string, requests: number, first: string) {
  const before = cpuSeconds(server);
  const load = [join(folder, 'load.ts'), server.url, connections, String(requests), first];
  const child = spawn('taskset', ['-c', CLIENT_CORE, process.execPath, ...load], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seconds = Number(await text(child.stdout));
  if (!(seconds > 0)) throw new Error('The client failed.');
  return { perSecond: requests / seconds, msCpu: ((cpuSeconds(server) - before) * 1000) / requests };
}

const vitrine = await startSide('search');
const yoga = await startSide('yoga');
// The first rounds are of a server that is still being compiled.
for (const server of [vitrine, yoga]) await load(server, CONNECTIONS.cpu, 3000, '20000');
const share = await alternate(
  ROUNDS,
  async (round) => (await load(vitrine, CONNECTIONS.cpu, SEARCHES, String(round * SEARCHES))).msCpu,
  async (round) => (await load(yoga, CONNECTIONS.cpu, SEARCHES, String(round * SEARCHES))).msCpu,
);
await yoga.stop();

const headers = { 'content-type': 'application/json' };
const answer = await (await fetch(vitrine.url, { method: 'POST', headers, body: searchBody(0) })).text();
const raw = await startSide('raw', { ANSWER: answer });
const clock: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
for (const server of [vitrine, raw]) await load(server, CONNECTIONS.rate, 5000, 'same');
// By the time that the core gave, not by the clock: a client in plain sockets is no faster than `node:http`, and whatever else
// the machine does would count for both.
const rate = async (server: BenchServer, rates: number[]) => {
  const { perSecond, msCpu } = await load(server, CONNECTIONS.rate, REPEATS, 'same');
  rates.push(perSecond);
  return 1000 / msCpu;
};
const cached = await alternate(
  ROUNDS,
  () => rate(vitrine, clock.ours),
  () => rate(raw, clock.theirs),
);
await raw.stop();
await vitrine.stop();

const busy = await startSide('refuse');
const refusals: number[] = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  refusals.push((await load(busy, CONNECTIONS.refusals, REFUSALS, 'image')).msCpu);
}
await busy.stop();

const micros = (ms: number[]) => `${Math.round(quantile(ms, 0.5) * 1000)} µs`;
const rows: Row[] = [
  {
    number: '3',
    what: "The server's own share of an uncached search",
    against: 'Yoga with a resolver that returns the same ten products',
    unit: 'ms CPU',
    bound: { times: 1.5 },
    ...share,
  },
  {
    number: '4',
    what: 'A cached search, 32 connections, in a second of one core',
    against: '`node:http` that parses the body and writes the same bytes',
    unit: '/s',
    bound: { times: 0.35 },
    ...cached,
    note: `By the clock, with a client that takes as long: ${Math.round(quantile(clock.ours, 0.5))} against ${Math.round(quantile(clock.theirs, 0.5))}`,
  },
];
const notes = [
  `${REFUSALS} images of 126 KB at once while none is taken: ${micros(refusals.slice(1))} of CPU time for each refusal.`,
];
process.stdout.write(JSON.stringify({ rows, notes }));
