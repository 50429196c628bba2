import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const logger = fileURLToPath(new URL('../../src/logger.ts', import.meta.url));
const LINES = 5000;

/** Logs more than a pipe holds, says on stderr that it goes on all the same, and ends as a server does. */
const program = `
  const { createLogger } = await import(${JSON.stringify(logger)});
  const log = createLogger({ level: 'info', json: process.argv[1] === 'json' });
  for (let i = 0; i < ${LINES}; i += 1) log.info({ filler: 'x'.repeat(100) }, 'request');
  setTimeout(() => {
    process.once('SIGTERM', () => process.exit(0));
    process.stderr.write('alive');
  }, 50);
  setInterval(() => {}, 1000);
`;

test.each(['json', 'pretty'])('a log that nobody reads does not stop the server (%s)', async (form) => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, form], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pause();
  expect(String((await once(child.stderr, 'data'))[0])).toBe('alive');
  // Read at last, all of it is there.
  const log = text(child.stdout);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect((await log).match(/request/g)).toHaveLength(LINES);
});

test('the lines before a crash are written', async () => {
  const crash = `
    const { createLogger } = await import(${JSON.stringify(logger)});
    createLogger({ level: 'info', json: true }).info('the last thing that happened');
    throw new Error('a defect');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', crash], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [log, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(code).not.toBe(0);
  expect(log).toContain('the last thing that happened');
});
