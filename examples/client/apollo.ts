// The same with Apollo Client: persisted queries by GET, and two pages that its cache makes one list of. While a server
// runs: npm run example:apollo -- "red dress"
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { graphql } from './gql/gql.ts';
import { readArguments } from './server-url.ts';

const ListProducts = graphql(`
  query ListProducts($text: String!, $after: String) {
    searchProducts(query: { text: $text }, filter: { inStock: true }, first: 3, after: $after) {
      matchCount
      edges {
        score
        node {
          id
          name
          price
          currency
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const { text, url } = readArguments();
const client = new ApolloClient({
  // The hash of a query goes by GET, which browsers and CDNs may keep; an unknown one is sent once, by POST.
  link: ApolloLink.from([
    new PersistedQueryLink({
      sha256: (query) => createHash('sha256').update(query).digest('hex'),
      useGETForHashedQueries: true,
    }),
    new HttpLink({ uri: url }),
  ]),
  cache: new InMemoryCache({
    // One list for each search, whatever page was asked for.
    typePolicies: { Query: { fields: { searchProducts: relayStylePagination(['query', 'filter', 'sort']) } } },
  }),
});

try {
  const { data } = await client.query({ query: ListProducts, variables: { text } });
  const { hasNextPage, endCursor: after } = data?.searchProducts.pageInfo ?? {};
  // What fetchMore does in a component. The cache has a list for this search already, so it must not be asked.
  if (hasNextPage) await client.query({ query: ListProducts, variables: { text, after }, fetchPolicy: 'network-only' });
  const list = client.readQuery({ query: ListProducts, variables: { text } })?.searchProducts;
  for (const { node, score } of list?.edges ?? []) {
    process.stdout.write(`${score.toFixed(2)}  ${node.price.toFixed(2)} ${node.currency}  ${node.name} (${node.id})\n`);
  }
  process.stdout.write(`${list?.edges.length} of ${list?.matchCount}\n`);
} catch (error) {
  const [refusal] = CombinedGraphQLErrors.is(error) ? error.errors : [];
  process.stderr.write(`${refusal?.extensions?.code ?? `No answer from ${url}`}: ${error}\n`);
  process.exitCode = 1;
}
