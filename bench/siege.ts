// A minute under attack: `npm run siege`. Twenty clients send what a hostile trial found, all at once, while an honest
// customer searches by text; --seconds=N changes the minute. It starts a server of its own and leaves nothing behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../src/package-root.ts';
import { startServer, temporaryFolder } from './server.ts';
import { prepareAttacks } from './siege-attacks.ts';
import type { Searches } from './siege-customer.ts';

const CLIENTS = 20;
const seconds = Number(process.argv.find((argument) => argument.startsWith('--seconds='))?.slice(10) ?? 60);

await using data = await temporaryFolder();
// Strangers come from many addresses, and some from hosts that are slow to answer.
const running = await startServer({
  DATA_DIR: data.path,
  NODE_ENV: 'development',
  RATE_LIMIT_SEARCHES: '',
  RATE_LIMIT_WRITES: '',
  ALLOW_ANONYMOUS_WRITES: '',
  TRUST_PROXY: '1',
  IMAGE_ALLOW_PRIVATE_NETWORK: 'on',
});
const { url, process: server } = running;
const { attacks, close } = await prepareAttacks();

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}; ${url}`);
const customer = spawn(process.execPath, [join(PACKAGE_ROOT, 'bench/siege-customer.ts'), url], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: customer.stdout })[Symbol.asyncIterator]();
await searchHonestly(2);
const quiet = await searchHonestly(10);
const memoryBefore = memoryOf(server);
print(`quiet: p95 ${p95(quiet.times)} ms of ${quiet.times.length} text searches, ${memoryBefore} MB`);

let besieged = true;
const outcomes = new Map(Object.keys(attacks).map((name) => [name, { sent: 0, failed: 0 }]));
const attackers = Array.from({ length: CLIENTS }, async (_, client) => {
  const names = Object.keys(attacks);
  for (let turn = client; besieged; turn += 1) {
    const name = names[turn % names.length] ?? '';
    const outcome = outcomes.get(name);
    if (outcome) outcome.sent += 1;
    await attacks[name]?.({ url, address: `203.0.113.${client}` }).catch(() => {
      if (outcome) outcome.failed += 1;
    });
  }
});
let memoryMost = 0;
const watch = setInterval(() => {
  memoryMost = Math.max(memoryMost, memoryOf(server));
}, 200);
const under = await searchHonestly(seconds);
besieged = false;
clearInterval(watch);
await Promise.all(attackers);
close();
await sleep(2_000);
const health = await (
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{health{status}}"}',
  })
).text();

for (const [name, { sent, failed }] of outcomes) print(`${name.padEnd(28)} sent ${sent}, no answer ${failed}`);
print(
  `besieged: p95 ${p95(under.times)} ms of ${under.times.length} (${(Number(p95(under.times)) / Number(p95(quiet.times))).toFixed(1)} times the quiet one), ${under.failed} failed`,
);
print(
  `memory: ${memoryMost} MB at most, ${memoryMost - memoryBefore} MB more than before; ${memoryOf(server)} MB afterwards`,
);
print(`afterwards: ${health}`);
customer.stdin.end();
await running.stop();

/** What the customer finds in so many seconds. */
async function searchHonestly(forSeconds: number): Promise<Searches> {
  customer.stdin.write(`${forSeconds}\n`);
  const { value } = await answers.next();
  return JSON.parse(value ?? '{"times":[],"failed":0}');
}

/** Megabytes that a process and those it started have in memory. */
function memoryOf({ pid }: ChildProcess): number {
  if (pid === undefined) return 0;
  const resident = (id: number): number => {
    try {
      const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0);
      const children = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
      return kilobytes / 1_000 + children.reduce((sum, child) => sum + resident(child), 0);
    } catch {
      return 0;
    }
  };
  return Math.round(resident(pid));
}

function p95(times: readonly number[]): string {
  const sorted = times.toSorted((left, right) => left - right);
  return (sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0).toFixed(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
