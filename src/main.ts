import { loadConfig, readEnvironment } from './config.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';

await run(async () => {
  await serve(loadConfig(readEnvironment()));
  return 0;
});
