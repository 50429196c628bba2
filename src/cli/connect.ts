import { createImageStore } from '../adapters/image-source/image-store.ts';
import { type Config, importedImagesDir, ownOrigins } from '../config.ts';
import type { Dependencies } from '../deps.ts';
import { StartupError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { createApiClient, UnreachableError } from './api-client.ts';
import { createApiConnection } from './api-connection.ts';
import { type Connection, foundSchema } from './connection.ts';

export interface ConnectOptions {
  /** The GraphQL endpoint of a server; without it the store is opened in this process. */
  url?: string | undefined;
  key?: string | undefined;
  /** Aborting it ends the waiting for a busy server. */
  stop?: AbortSignal | undefined;
  /** Says a line to the person at the terminal. */
  say(line: string): void;
}

/**
 * Decides how a command reaches the store: through the server at `url`; without one by opening the store itself; and
 * when another process has it open, through the server that should be that process. Throws StartupError when none works.
 */
export async function connect(config: Config, options: ConnectOptions): Promise<Connection> {
  if (options.url !== undefined) return connectToServer(config, toEndpoint(options.url), options);
  // Only here: the model and the store bring native libraries, which nothing else needs to wait for.
  const [{ createDeps }, { StoreLockedError }] = await Promise.all([
    import('../deps.ts'),
    import('../adapters/vector-store/store-locked.ts'),
  ]);
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel;
  const logger = createLogger({ level, json: config.production, destination: 2 });
  try {
    return createLocalConnection(await createDeps(config, logger, ownOrigins(config, config.port)));
  } catch (error) {
    if (!(error instanceof StoreLockedError)) throw error;
    return connectInstead(config, options);
  }
}

/** The store has another owner, which should be the server of this configuration. */
async function connectInstead(config: Config, options: ConnectOptions): Promise<Connection> {
  const url = `http://localhost:${config.port}/graphql`;
  try {
    const connection = await connectToServer(config, url, options);
    options.say(`The store in ${config.dataDir} is in use; going through the server at ${url}.`);
    return connection;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new StartupError(
      `The store in ${config.dataDir} is in use by another process, and no server answers at ${url}. ` +
        'Give the address of the server that uses it with --url, or stop that process and try again.',
      { cause: error },
    );
  }
}

async function connectToServer(config: Config, url: string, options: ConnectOptions): Promise<Connection> {
  const client = createApiClient({ url, key: options.key, stop: options.stop });
  await client.ping();
  return createApiConnection({
    client,
    publicUrl: config.publicUrl ?? new URL(url).origin,
    imageStore: createImageStore({ dir: importedImagesDir(config), maxBytes: config.image.maxBytes }),
  });
}

/** The store of this process. */
function createLocalConnection(deps: Dependencies): Connection {
  const { services, publicUrl, imageStore } = deps;
  return {
    publicUrl,
    imageStore,
    indexProducts: (inputs, options) => services.indexing.indexProducts(inputs, options),
    search: async (request) => foundSchema.parse(await services.search.search(request)),
    stats: () => services.catalogue.stats(),
    close: () => deps.close(),
  };
}

function toEndpoint(given: string): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new StartupError(
      `--url must be an http(s) URL such as http://localhost:4000/graphql (it is ${JSON.stringify(given)}).`,
    );
  }
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}
