// A storefront's search with urql, typed from the schema by GraphQL Code Generator (codegen.ts; it needs to be told
// `scalars: { URL: 'string', DateTime: 'string' }`). While a server runs: npm run example -- "red dress"
// Its address: --url, or VITRINE_URL, or else PORT on this machine.
// Apollo Client takes the same document: useQuery(FindProducts, { variables }).
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Client, fetchExchange } from '@urql/core';
import { graphql } from './gql/gql.ts';

const FindProducts = graphql(`
  query FindProducts($text: String!, $maxPrice: Float) {
    searchProducts(query: { text: $text }, filter: { price: { max: $maxPrice }, inStock: true }, first: 5) {
      edges {
        score
        node {
          id
          name
          price
          currency
        }
      }
    }
  }
`);

if (existsSync('.env')) process.loadEnvFile('.env');
const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true });
const url = new URL(values.url || process.env.VITRINE_URL || `http://localhost:${process.env.PORT || 4000}`);
if (url.pathname === '/') url.pathname = '/graphql';

const client = new Client({ url: url.href, exchanges: [fetchExchange], preferGetMethod: false });

const text = positionals.join(' ') || 'red dress';
const { data, error } = await client.query(FindProducts, { text, maxPrice: 100 });
if (error) {
  // The code says what to do: RATE_LIMITED and OVERLOADED come with extensions.retryAfter, in seconds.
  const [first] = error.graphQLErrors;
  const code = first ? first.extensions.code : `No answer from ${url.href}`;
  process.stderr.write(`${code}: ${error.message}\n`);
  process.exitCode = 1;
}
for (const { node, score } of data?.searchProducts.edges ?? []) {
  process.stdout.write(`${score.toFixed(2)}  ${node.price.toFixed(2)} ${node.currency}  ${node.name} (${node.id})\n`);
}
