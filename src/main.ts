import { keepCompiled } from './start/compile-cache.ts';

keepCompiled();
const [{ loadConfig, readEnvironment }, { run }, { serve }] = await Promise.all([
  import('./config.ts'),
  import('./start/run.ts'),
  import('./start/serve.ts'),
]);

await run(async () => {
  await serve(loadConfig(readEnvironment()));
  return 0;
});
