import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Config, ownOrigins } from '../config.ts';
import { createDeps, type Dependencies } from '../deps.ts';
import { StartupError } from '../errors.ts';
import { createLogger, type Logger } from '../logger.ts';
import { indexDemoCatalogue } from './demo.ts';
import { announceAddress } from './server-address.ts';
import { createStoppableHttp } from './stoppable-http.ts';
import { prepareStorefront } from './storefront.ts';

/** How long requests that run may take to finish when the server is told to stop. */
const GRACE_MS = 10_000;

/** Connections that may wait to be accepted. With Node's 511, of 600 at once the rest tried again a second or seven later. */
const BACKLOG = 4096;

/** What a server says before its model and store are open: alive, and not ready. */
const answerWhileStarting: RequestListener = (request, response) => {
  const isLive = request.url === '/health/live';
  response.writeHead(isLive ? 200 : 503, { 'content-type': 'application/json', 'retry-after': '5' });
  response.end(JSON.stringify({ status: isLive ? 'UP' : 'STARTING' }));
};

/** Yoga would answer an address that is none with a stack trace, before anything of ours runs. */
function hasValidAddress({ headers, url }: IncomingMessage): boolean {
  return URL.canParse(`http://${headers.host ?? 'localhost'}${url ?? '/'}`);
}

async function refuseAddress(response: ServerResponse): Promise<void> {
  // Not before the model begins to load: it brings all of GraphQL.
  const { userError } = await import('../plugins/http-routes.ts');
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(JSON.stringify(userError('The Host header or the path of this request is not valid.')));
}

/**
 * Runs a server until SIGTERM or SIGINT: takes the port, opens the parts, indexes the demo catalogue where that is
 * wanted, answers. Resolves once everything is closed again. Throws StartupError when it cannot start.
 */
export async function serve(config: Config): Promise<void> {
  const logger = createLogger({ level: config.logLevel, json: config.production });
  for (const warning of config.warnings) logger.warn(warning);
  const stopping = stopSignal(logger);
  let answer = answerWhileStarting;
  const { http, close } = createStoppableHttp((request, response) => {
    if (hasValidAddress(request)) answer(request, response);
    else void refuseAddress(response);
  }, stopping);
  // Longer than the idle time of common load balancers, so that they never send into a closing connection.
  http.keepAliveTimeout = 65_000;
  // For all of a request: a photo of 5 MB over a slow mobile connection. What it holds in memory is given back then.
  http.requestTimeout = 30_000;
  const port = await listen(http, config);

  let deps: Dependencies | undefined;
  try {
    const origins = ownOrigins(config, port);
    // Beside the rest: it asks for nothing that the rest opens.
    const storefront = config.storefront
      ? prepareStorefront({ graphiql: config.explorer.graphiql, signal: stopping }, logger)
      : undefined;
    // What speaks GraphQL takes as long to load as the model, which loads in other threads.
    const loading = import('../server.ts');
    deps = await createDeps(config, logger, origins, stopping);
    const { createServer } = await loading;
    await using _address =
      deps.store.backend === 'qdrant' ? null : await announceAddress(config.dataDir, { host: config.host, port });
    await announce(deps, config, logger);
    if (config.demoCatalogue) await indexDemoCatalogue(deps, { dataDir: config.dataDir, signal: stopping });
    if (stopping.aborted) return;
    const shop = await storefront;
    answer = createServer({ ...deps, storefront: shop });
    if (shop) logger.info(`The shop: http://localhost:${port}/`);
    logger.info(`Ready: http://localhost:${port}/graphql (open it in a browser for GraphiQL; Ctrl+C stops)`);
    await aborted(stopping);
  } catch (error) {
    // Told to stop while a model was being downloaded.
    if (error !== stopping.reason) throw error;
  } finally {
    await close(GRACE_MS);
    await deps?.close();
    if (stopping.aborted) logger.info('Stopped.');
  }
}

/** Says in a few lines what runs where. */
async function announce({ model, store, cache }: Dependencies, config: Config, logger: Logger): Promise<void> {
  const { name, productCount } = await store.stats();
  logger.info(`Model: ${model.id}, ${model.dtype} on ${config.model.device}, ${model.dimension} dimensions`);
  if (model.bundled) {
    logger.warn(
      'The bundled model "mini" is for trying Vitrine out. For a shop, set CLIP_MODEL=Xenova/clip-vit-base-patch32 (606 MB, downloaded at the next start) or better: docs/models.md.',
    );
  }
  const place = store.backend === 'sqlite' ? `embedded (SQLite) in ${config.dataDir}` : store.backend;
  logger.info(`Store: ${place}, collection ${name}, ${productCount} products`);
  logger.info(`Cache: ${cache.backend === 'memory' ? 'in memory' : cache.backend}`);
  announceAccess(config, logger);
}

function announceAccess({ apiKeys, production, allowAnonymousWrites }: Config, logger: Logger): void {
  const canWrite = apiKeys.filter(({ scope }) => scope === 'write').map(({ name }) => name);
  if (allowAnonymousWrites) logger.warn('Writes: open to everybody (ALLOW_ANONYMOUS_WRITES)');
  else if (canWrite.length > 0) logger.info(`Writes: with a key of ${canWrite.join(', ')}`);
  else if (production) logger.warn('Writes: refused, since API_KEYS has no key with scope write');
  else logger.warn('Writes: open to everybody, since this is development and API_KEYS has no key with scope write');
}

async function listen(http: HttpServer, config: Config): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error) => {
      reject(new StartupError(`Cannot listen on ${config.host}:${config.port}: ${explain(error)}`, { cause: error }));
    });
    http.listen({ port: config.port, host: config.host, backlog: BACKLOG }, resolve);
  });
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : config.port;
}

function explain(error: Error): string {
  if (!('code' in error)) return error.message;
  if (error.code === 'EADDRINUSE') return 'the port is taken; set PORT to another one.';
  if (error.code === 'EACCES') return 'not permitted; ports below 1024 need rights, set PORT to a higher one.';
  return error.message;
}

/** Aborted by the first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(logger: Logger): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(1);
    logger.info(`${name}: finishing what runs, then stopping.`);
    controller.abort();
    // For what holds up a start or a stop in native code, where no signal reaches.
    setTimeout(() => process.exit(1), GRACE_MS + 5_000).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return controller.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
