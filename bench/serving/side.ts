// A server to be measured, in a process of its own: side.ts KIND. `search`: Vitrine, but its store and its model answer from
// memory at once, so that what is left is the server's own share. `refuse`: the same, with no room for images. `yoga`: GraphQL
// Yoga with a resolver that returns the same ten products. `raw`: parses the body and writes ANSWER.
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { createSchema, createYoga } from 'graphql-yoga';
import { createCachedEmbedder } from '../../src/adapters/cache/embedding-cache.ts';
import { createTokenizer } from '../../src/adapters/vector-store/tokens.ts';
import type { Match } from '../../src/adapters/vector-store/types.ts';
import { loadConfig } from '../../src/config.ts';
import { createDeps } from '../../src/deps.ts';
import { createLogger } from '../../src/logger.ts';
import { PACKAGE_ROOT } from '../../src/package-root.ts';
import { createServer } from '../../src/server.ts';
import { createSearchService } from '../../src/services/search/search.ts';
import { createSpelling } from '../../src/services/search/spelling.ts';
import { createUnderstanding } from '../../src/services/search/understand/understanding.ts';
import { createVocabularyService } from '../../src/services/search/vocabulary.ts';
import { TEN_PRODUCTS, WORDS } from './storefront.ts';

const kinds: Record<string, () => Promise<RequestListener>> = {
  search: () => createVitrine({ isBusy: false }),
  refuse: () => createVitrine({ isBusy: true }),
  yoga: async () => createPlainYoga(),
  raw: async () => createRaw(process.env.ANSWER ?? ''),
};

const [kind = ''] = process.argv.slice(2);
const answer = await kinds[kind]?.();
if (answer === undefined) throw new Error(`There is no ${kind}; there are ${Object.keys(kinds).join(', ')}.`);
const http = createHttpServer(answer).listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`Ready: http://localhost:${port}/graphql\n`);
});
process.on('SIGTERM', () => process.exit(0));

async function createVitrine({ isBusy }: { isBusy: boolean }): Promise<RequestListener> {
  const logger = createLogger({ level: 'info', json: true });
  const deps = await createDeps(loadConfig(process.env), logger, ['http://localhost:4000']);
  const { epoch, bytes } = deps.cache;
  const embedding = new Float32Array(deps.model.dimension);
  embedding[0] = 1;
  const embed = async () => embedding;
  const embedder = {
    info: deps.model,
    embedText: embed,
    embedImage: embed,
    ping: async () => {},
    close: async () => {},
  };
  const matches: Match[] = TEN_PRODUCTS.map((product, rank) => ({
    product,
    score: 1 - rank / 20,
    similarity: 0.4 - rank / 50,
    image: 0,
  }));
  const tokenizer = await createTokenizer('english');
  const words = WORDS.flatMap((word) => tokenizer.read(word).map(({ stem }) => ({ word, stem, count: 10 })));
  const store = {
    ...deps.store,
    match: async () => ({ matches, hasMore: true, matchCount: 120, totalCount: 400, facets: [] }),
    vocabulary: async () => ({ words, categories: [], attributes: [] }),
  };
  const vocabulary = createVocabularyService({ store, epoch, logger });
  const search = createSearchService({
    embedder: createCachedEmbedder({ embedder, cache: bytes }),
    imageSource: { load: () => Promise.reject(new Error('There are no images here.')), close: async () => {} },
    store,
    epoch,
    spelling: createSpelling({ vocabulary, tokenizer }),
    understanding: createUnderstanding({ reader: tokenizer, vocabulary, store }),
  });
  return createServer({
    ...deps,
    services: { ...deps.services, search },
    bodies: { ...deps.bodies, isBusy: () => isBusy },
  });
}

function createPlainYoga(): RequestListener {
  const edges = TEN_PRODUCTS.map((node, rank) => ({ node, score: 1 - rank / 20, cursor: `cursor-${rank}` }));
  const pageInfo = { hasNextPage: true, hasPreviousPage: false, startCursor: 'cursor-0', endCursor: 'cursor-9' };
  const typeDefs = readFileSync(join(PACKAGE_ROOT, 'schema.graphql'), 'utf8');
  const searchProducts = () => ({ edges, pageInfo, matchCount: 120 });
  return createYoga({ schema: createSchema({ typeDefs, resolvers: { Query: { searchProducts } } }), logging: false });
}

function createRaw(text: string): RequestListener {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      response.writeHead(body === null ? 400 : 200, headers);
      response.end(text);
    });
  };
}
