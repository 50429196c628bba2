import { createImageStore, type ImageStore } from '../adapters/image-source/own-images.ts';
import { StoreLockedError } from '../adapters/vector-store/store-locked.ts';
import { type Config, importedImagesDir, ownOrigins } from '../config.ts';
import { StartupError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { findServerAddress } from '../start/server-address.ts';
import { type ApiClient, createApiClient, UnreachableError } from './api-client.ts';
import { say } from './output.ts';

/** A store of products, behind the API of a server: one that runs, or one inside this process. */
export interface Connection extends AsyncDisposable {
  client: ApiClient;
  /** Whether the store is open in this process, and no server runs on it. */
  isInside: boolean;
  /** Begins the URLs of images that were imported from files. */
  publicUrl: string;
  imageStore: ImageStore;
}

export interface ConnectOptions {
  /** The GraphQL endpoint of a server; without it the store is opened in this process. */
  url?: string | undefined;
  key?: string | undefined;
  /** Aborting it ends the waiting for a busy server. */
  stop?: AbortSignal | undefined;
}

/**
 * Decides how a command reaches the store: through the server at `url`; without one by opening the store itself; and
 * when another process has it open, through the server that should be that process. Throws StartupError when none works.
 */
export async function connect(config: Config, options: ConnectOptions): Promise<Connection> {
  // From a .env file, an empty value is none.
  if (options.url) return connectToServer(config, toEndpoint(options.url), options);
  try {
    return await connectInside(config, options);
  } catch (error) {
    if (!(error instanceof StoreLockedError)) throw error;
    return connectInstead(config, options);
  }
}

/**
 * A server of this process, without a socket. Whoever may open the store may do everything with it: there are no keys
 * and no budgets.
 */
async function connectInside(config: Config, { stop }: ConnectOptions): Promise<Connection> {
  // Only here: the model and the store bring native libraries, which nothing else needs to wait for.
  const [{ createDeps }, { createServer }] = await Promise.all([import('../deps.ts'), import('../server.ts')]);
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel;
  const logger = createLogger({ level, json: config.production, destination: 2 });
  const open = {
    ...config,
    apiKeys: [],
    allowAnonymousWrites: true,
    rateLimits: { searches: 0, writes: 0 },
    trustedDocuments: { file: undefined, only: false },
  };
  const deps = await createDeps(open, logger, ownOrigins(config, config.port));
  const server = createServer(deps);
  const send = async (url: string, init: RequestInit) => server.fetch(url, init);
  const client = createApiClient({ url: endpointOf(config), send, stop });
  const { publicUrl, imageStore } = deps;
  return { client, isInside: true, publicUrl, imageStore, [Symbol.asyncDispose]: () => deps.close() };
}

/** The store has another owner: the server that says so in DATA_DIR, or else the one of this configuration. */
async function connectInstead(config: Config, options: ConnectOptions): Promise<Connection> {
  const address = await findServerAddress(config.dataDir);
  const url = address === undefined ? endpointOf(config) : toEndpoint(address);
  try {
    const connection = await connectToServer(config, url, options);
    say(`The store in ${config.dataDir} is in use; going through the server at ${url}.`);
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

async function connectToServer(config: Config, url: string, { key, stop }: ConnectOptions): Promise<Connection> {
  const client = createApiClient({ url, key, stop });
  await client.ping();
  return {
    client,
    isInside: false,
    publicUrl: config.publicUrl ?? new URL(url).origin,
    imageStore: createImageStore({ dir: importedImagesDir(config), maxBytes: config.image.maxBytes }),
    [Symbol.asyncDispose]: async () => {},
  };
}

function endpointOf({ port }: Config): string {
  return `http://localhost:${port}/graphql`;
}

function toEndpoint(given: string): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new StartupError(
      `--url (or VITRINE_URL) must be an http(s) URL such as http://localhost:4000/graphql (it is ${JSON.stringify(given)}).`,
    );
  }
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}
