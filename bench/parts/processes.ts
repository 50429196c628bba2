// Row 11: two servers on one Qdrant and one Redis, against one. QDRANT_TEST_URL names a real Qdrant; redis-server is started.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { hasRedis, startRedis } from '../../tests/support/redis.ts';
import { type BenchServer, cpuSeconds, startServer, temporaryFolder } from '../server.ts';
import { alternate, quantile, type Row } from '../table.ts';

const QDRANT_URL = process.env.QDRANT_TEST_URL ?? '';
const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 2 : 6;
const SEARCHES = isQuick ? 600 : 2000;
const CLIENTS = 16;

if (QDRANT_URL === '' || !hasRedis) {
  const notes = ['Row 11 needs a real Qdrant (QDRANT_TEST_URL) and redis-server.'];
  process.stdout.write(JSON.stringify({ rows: [], notes }));
} else {
  process.stdout.write(JSON.stringify({ rows: [await measure()] }));
}

async function measure(): Promise<Row> {
  await using data = await temporaryFolder();
  const redis = await startRedis();
  // The demo's products, and every answer made anew.
  const shared = { QDRANT_URL, REDIS_URL: redis.url, COLLECTION: `bench-${process.pid}`, CACHE_TTL: '0' };
  const servers: BenchServer[] = [];
  for (const name of ['first', 'second']) {
    servers.push(await startServer({ ...shared, DATA_DIR: join(data.path, name) }));
  }
  try {
    const [first] = servers;
    if (first === undefined) throw new Error('No server was started.');
    const shares: number[] = [];
    const figures = await alternate(
      ROUNDS,
      () => rate(servers),
      async () => {
        const before = cpuSeconds(first);
        const perSecond = await rate([first]);
        shares.push(((cpuSeconds(first) - before) * 1000) / SEARCHES);
        return perSecond;
      },
    );
    const cores = availableParallelism();
    const [share, whole] = [quantile(shares, 0.5), (1000 * cores) / quantile(figures.theirs, 0.5)];
    return {
      number: '11',
      what: 'Searches of two servers on one Qdrant and Redis',
      against: 'of one server',
      unit: '/s',
      bound: { times: 1.7 },
      ...figures,
      note: `Of the ${whole.toFixed(1)} ms that a search takes of the ${cores} cores, ${share.toFixed(1)} are its server's; Qdrant, Redis and ${CLIENTS} clients share them`,
    };
  } finally {
    const collection = await collectionOf(servers[0]);
    for (const server of servers) await server.stop();
    await redis.stop();
    await fetch(`${QDRANT_URL}/collections/${collection}`, { method: 'DELETE' });
  }
}

/** The collection in Qdrant that a server made. */
async function collectionOf(server: BenchServer | undefined): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ collectionStats { name } }' });
  const answer = await fetch(server?.url ?? '', { method: 'POST', headers, body });
  return (await answer.json()).data.collectionStats.name;
}

/** Searches a second, by clients that are shared between the servers. The same searches each time, so that their texts are embedded. */
async function rate(servers: readonly BenchServer[]): Promise<number> {
  const started = performance.now();
  await Promise.all(
    servers.map(({ url }, index) => {
      const count = SEARCHES / servers.length;
      return load([url, String(CLIENTS / servers.length), String(count), String(index * count)]);
    }),
  );
  return (1000 * SEARCHES) / (performance.now() - started);
}

async function load(options: readonly string[]): Promise<void> {
  const program = join(import.meta.dirname, '../serving/load.ts');
  const child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!(Number(await text(child.stdout)) > 0)) throw new Error('The client failed.');
}
