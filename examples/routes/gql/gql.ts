/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ProductFields on Product {\n    id\n    name\n    description\n    category\n    price\n    currency\n    imageUrl\n    inStock\n    attributes {\n      name\n      value\n    }\n  }\n": typeof types.ProductFieldsFragmentDoc,
    "\n  query SearchProducts($query: SearchInput, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {\n    searchProducts(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {\n      matchCount\n      correctedText\n      edges {\n        score\n        similarity\n        node {\n          ...ProductFields\n        }\n      }\n      facets(names: [\"category\", \"price\", \"color\"], maxBuckets: 10) {\n        name\n        buckets {\n          value\n          count\n          selected\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.SearchProductsDocument,
    "\n  query ProductById($id: ID!) {\n    product(id: $id) {\n      ...ProductFields\n    }\n  }\n": typeof types.ProductByIdDocument,
    "\n  query SimilarProducts($id: ID!, $first: Int) {\n    product(id: $id) {\n      similar(first: $first) {\n        similarity\n        node {\n          ...ProductFields\n        }\n      }\n    }\n  }\n": typeof types.SimilarProductsDocument,
    "\n  mutation AddProduct($input: ProductInput!) {\n    indexProduct(input: $input) {\n      ...ProductFields\n    }\n  }\n": typeof types.AddProductDocument,
    "\n  mutation LoadProducts($inputs: [ProductInput!]!) {\n    indexProducts(inputs: $inputs, skipUnchanged: true) {\n      indexed\n      unchanged\n      results {\n        id\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n": typeof types.LoadProductsDocument,
};
const documents: Documents = {
    "\n  fragment ProductFields on Product {\n    id\n    name\n    description\n    category\n    price\n    currency\n    imageUrl\n    inStock\n    attributes {\n      name\n      value\n    }\n  }\n": types.ProductFieldsFragmentDoc,
    "\n  query SearchProducts($query: SearchInput, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {\n    searchProducts(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {\n      matchCount\n      correctedText\n      edges {\n        score\n        similarity\n        node {\n          ...ProductFields\n        }\n      }\n      facets(names: [\"category\", \"price\", \"color\"], maxBuckets: 10) {\n        name\n        buckets {\n          value\n          count\n          selected\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.SearchProductsDocument,
    "\n  query ProductById($id: ID!) {\n    product(id: $id) {\n      ...ProductFields\n    }\n  }\n": types.ProductByIdDocument,
    "\n  query SimilarProducts($id: ID!, $first: Int) {\n    product(id: $id) {\n      similar(first: $first) {\n        similarity\n        node {\n          ...ProductFields\n        }\n      }\n    }\n  }\n": types.SimilarProductsDocument,
    "\n  mutation AddProduct($input: ProductInput!) {\n    indexProduct(input: $input) {\n      ...ProductFields\n    }\n  }\n": types.AddProductDocument,
    "\n  mutation LoadProducts($inputs: [ProductInput!]!) {\n    indexProducts(inputs: $inputs, skipUnchanged: true) {\n      indexed\n      unchanged\n      results {\n        id\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n": types.LoadProductsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ProductFields on Product {\n    id\n    name\n    description\n    category\n    price\n    currency\n    imageUrl\n    inStock\n    attributes {\n      name\n      value\n    }\n  }\n"): typeof import('./graphql.ts').ProductFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SearchProducts($query: SearchInput, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {\n    searchProducts(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {\n      matchCount\n      correctedText\n      edges {\n        score\n        similarity\n        node {\n          ...ProductFields\n        }\n      }\n      facets(names: [\"category\", \"price\", \"color\"], maxBuckets: 10) {\n        name\n        buckets {\n          value\n          count\n          selected\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SearchProductsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ProductById($id: ID!) {\n    product(id: $id) {\n      ...ProductFields\n    }\n  }\n"): typeof import('./graphql.ts').ProductByIdDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SimilarProducts($id: ID!, $first: Int) {\n    product(id: $id) {\n      similar(first: $first) {\n        similarity\n        node {\n          ...ProductFields\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SimilarProductsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddProduct($input: ProductInput!) {\n    indexProduct(input: $input) {\n      ...ProductFields\n    }\n  }\n"): typeof import('./graphql.ts').AddProductDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LoadProducts($inputs: [ProductInput!]!) {\n    indexProducts(inputs: $inputs, skipUnchanged: true) {\n      indexed\n      unchanged\n      results {\n        id\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').LoadProductsDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
