// A storefront's search with urql, typed from the schema by GraphQL Code Generator (codegen.ts; it needs to be told
// `scalars: { URL: 'string', DateTime: 'string' }`). While a server runs: npm run example -- "red dress"
// Its address: --url, or VITRINE_URL, or else PORT on this machine.
// apollo.ts beside this file does it with Apollo Client.
import { Client, fetchExchange } from '@urql/core';
import { graphql } from './gql/gql.ts';
import { readArguments } from './server-url.ts';

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

const { text, url } = readArguments();
const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });

const { data, error } = await client.query(FindProducts, { text, maxPrice: 100 });
if (error) {
  // The code says what to do: RATE_LIMITED and OVERLOADED come with extensions.retryAfter, in seconds.
  const [first] = error.graphQLErrors;
  const code = first ? first.extensions.code : `No answer from ${url}`;
  process.stderr.write(`${code}: ${error.message}\n`);
  process.exitCode = 1;
}
for (const { node, score } of data?.searchProducts.edges ?? []) {
  process.stdout.write(`${score.toFixed(2)}  ${node.price.toFixed(2)} ${node.currency}  ${node.name} (${node.id})\n`);
}
