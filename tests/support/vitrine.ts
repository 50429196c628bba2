import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { createDeps, type Dependencies } from '../../src/deps.ts';
import { createSilentLogger, type Logger } from '../../src/logger.ts';
import { createServer, type Server } from '../../src/server.ts';
import { createGraphqlClient, type GraphqlClient } from './graphql-client.ts';

export const ORIGIN = 'http://localhost:4000';

/** A whole server without a socket: the bundled model, SQLite in a temporary folder, reached through `yoga.fetch`. */
export interface TestVitrine extends GraphqlClient {
  deps: Dependencies;
  server: Server;
  close(): Promise<void>;
}

/** Starts one; `env` as in the environment of a server, `dataDir` to open what another one left behind. */
export async function startVitrine(
  env: Record<string, string> = {},
  options: { dataDir?: string; logger?: Logger } = {},
): Promise<TestVitrine> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'vitrine-test-')));
  const config = loadConfig({ ...env, DATA_DIR: dataDir });
  const deps = await createDeps(config, options.logger ?? createSilentLogger(), [ORIGIN]);
  const server = createServer(deps);

  const client = createGraphqlClient(`${ORIGIN}/graphql`, async (url, init) => server.fetch(url, init));

  return {
    deps,
    server,
    ...client,
    async close() {
      await deps.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
