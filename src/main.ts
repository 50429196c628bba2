import { loadConfig, readEnvironment } from './config.ts';
import { run } from './start/run.ts';
import { serve } from './start/serve.ts';

await run(async () => {
  await serve(loadConfig(readEnvironment()));
  return 0;
});
