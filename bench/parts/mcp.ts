// Row 12: what an agent's search costs more than a storefront's: the same question at /mcp and at /graphql.
import { startServer, temporaryFolder } from '../server.ts';
import { alternate, type Row } from '../table.ts';

const ROUNDS = process.argv.includes('--quick') ? 100 : 500;
const PRODUCTS = 20;
await using data = await temporaryFolder();
// Without the cache of answers, which only GraphQL has: both sides search, with embeddings that are known.
const server = await startServer({ DATA_DIR: data.path, CACHE_TTL: '0' });
const { origin } = new URL(server.url);
const texts = [
  'red dress',
  'warm coat',
  'running shoes',
  'leather handbag',
  'coffee mug',
  'blue jeans',
  'wooden chair',
];
const textOf = (round: number) => texts[round % texts.length];

const QUERY = `query Find($text: String!) {
  searchProducts(query: { text: $text }, first: ${PRODUCTS}) {
    matchCount
    correctedText
    edges {
      score
      similarity
      matchedImageUrl
      node {
        id name description category price currency imageUrl additionalImageUrls inStock
        attributes { name value }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function post(path: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const response = await fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"') || !text.includes('sku-')) throw new Error(text);
  return text;
}

const askGraphql = (round: number) => post('/graphql', { query: QUERY, variables: { text: textOf(round) } });
const askMcp = (round: number) =>
  post('/mcp', {
    jsonrpc: '2.0',
    id: round,
    method: 'tools/call',
    params: {
      name: 'search_catalog',
      arguments: { catalog: { query: textOf(round), pagination: { limit: PRODUCTS } } },
    },
  });

async function timeOf(ask: (round: number) => Promise<string>, round: number): Promise<number> {
  const started = performance.now();
  JSON.parse(await ask(round));
  return performance.now() - started;
}

// What both have compiled and embedded by then is not what is measured.
for (let round = 0; round < 60; round += 1) await Promise.all([askGraphql(round), askMcp(round)]);
const paired = await alternate(
  ROUNDS,
  (round) => timeOf(askMcp, round),
  (round) => timeOf(askGraphql, round),
);
await server.stop();

const row: Row = {
  number: '12',
  what: `A search at /mcp, ${PRODUCTS} of the demo's products`,
  against: 'the same at /graphql, its cache off',
  unit: 'ms',
  bound: { times: 1, plus: 2 },
  ...paired,
};
process.stdout.write(JSON.stringify({ rows: [row] }));
