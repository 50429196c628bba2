// Row 10: from the start of the process to the first answered search.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServer, temporaryFolder } from '../server.ts';
import { alternate, type Row } from '../table.ts';

const ROUNDS = process.argv.includes('--quick') ? 3 : 7;
await using data = await temporaryFolder();
const environment = { DATA_DIR: data.path, NODE_ENV: 'development' };
// The demo is indexed once: what is measured is a start with everything on the disk.
await (await startServer(environment)).stop();

const paired = await alternate(
  ROUNDS,
  async (round) => {
    const started = performance.now();
    const server = await startServer(environment);
    const body = JSON.stringify({ query: `{searchProducts(query:{text:"red dress ${round}"}){nodes{id}}}` });
    await (await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json();
    const time = performance.now() - started;
    await server.stop();
    return time;
  },
  async () => {
    const started = performance.now();
    await once(spawn(process.execPath, ['-e', '0']), 'exit');
    return performance.now() - started;
  },
);

const row: Row = {
  number: '10',
  what: 'Start to first answered search, demo on disk, bundled model',
  against: '`node -e 0`',
  unit: 'ms',
  bound: { times: 1, plus: 1500 },
  ...paired,
};
process.stdout.write(JSON.stringify({ rows: [row] }));
