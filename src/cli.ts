#!/usr/bin/env node
import { createProgram } from './cli/program.ts';
import { readEnvironment } from './config.ts';
import { run } from './start/run.ts';

// The reader of a pipe, `head` for one, may have seen enough before all is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

await run(async () => {
  readEnvironment();
  let exitCode = 0;
  await createProgram((code) => {
    exitCode = code;
  }).parseAsync();
  return exitCode;
});
