#!/usr/bin/env node
import { keepCompiled } from './start/compile-cache.ts';

keepCompiled();
const [{ createProgram }, { readEnvironment }, { run }] = await Promise.all([
  import('./cli/program.ts'),
  import('./config.ts'),
  import('./start/run.ts'),
]);

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
