import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogReader } from '../../../../../src/adapters/vector-store/zvec/log.ts';

const WARNING = 'W20260102 03:04:05.678901 4711 segment.cc:12] the disk is nearly full';
const ERROR = 'E20260102 03:04:06.000001 4711 wal.cc:34] cannot write [wal] file';

let folder = '';
const lines: { level: number; place: string; msg: string }[] = [];
const logger = pino(
  { base: null, timestamp: false },
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  }),
);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-zvec-log-'));
  lines.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('warnings and errors of the store reach the log once each, with their level and place', async () => {
  const path = join(folder, `zvec.log.host.user.log.WARNING.20260102-030405.${process.pid}`);
  await writeFile(`${path.replace('20260102', '20250101')}`, `${ERROR}\n`);
  await writeFile(join(folder, 'zvec.log.host.user.log.WARNING.20260102-030405.1'), `${ERROR}\n`);
  const reader = createLogReader(folder, logger);
  await symlink(path, join(folder, 'zvec.log.WARNING'));
  await writeFile(path, `Log file created at: 2026/01/02\n${WARNING}\n${ERROR.slice(0, 30)}`);
  reader.drain();
  reader.drain();
  await appendFile(path, `${ERROR.slice(30)}\n`);
  reader.drain();
  expect(lines).toMatchObject([
    { level: 40, component: 'zvec', place: 'segment.cc:12', msg: 'the disk is nearly full' },
    { level: 50, component: 'zvec', place: 'wal.cc:34', msg: 'cannot write [wal] file' },
  ]);
});

test('a folder that is gone does no harm', async () => {
  const reader = createLogReader(folder, logger);
  await rm(folder, { recursive: true });
  reader.drain();
  expect(lines).toEqual([]);
});
