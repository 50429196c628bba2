/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

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
    "\n  query Search(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      matchCount\n      totalCount\n      correctedText\n      understood {\n        words\n        label\n        field\n        negated\n        value\n      }\n      facets(maxBuckets: 16) {\n        name\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n        otherCount\n      }\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n\n  fragment Tile on ProductEdge {\n    score\n    similarity\n    matchedImageUrl\n    node {\n      id\n      name\n      price\n      currency\n      imageUrl\n      inStock\n    }\n  }\n": typeof types.SearchDocument,
    "\n  query More(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $after: String!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.MoreDocument,
    "\n  query Suggest($prefix: String!) {\n    suggest(prefix: $prefix, first: 6) {\n      queries {\n        text\n        matchCount\n      }\n      categories {\n        category\n        count\n      }\n      products {\n        id\n        name\n        imageUrl\n      }\n    }\n  }\n": typeof types.SuggestDocument,
    "\n  query Product($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      inStock\n      attributes {\n        name\n        value\n      }\n      similar(first: 8) {\n        ...Tile\n      }\n    }\n  }\n": typeof types.ProductDocument,
    "\n  query Prices {\n    collectionStats {\n      priceMin\n      priceMax\n    }\n  }\n": typeof types.PricesDocument,
};
const documents: Documents = {
    "\n  query Search(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      matchCount\n      totalCount\n      correctedText\n      understood {\n        words\n        label\n        field\n        negated\n        value\n      }\n      facets(maxBuckets: 16) {\n        name\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n        otherCount\n      }\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n\n  fragment Tile on ProductEdge {\n    score\n    similarity\n    matchedImageUrl\n    node {\n      id\n      name\n      price\n      currency\n      imageUrl\n      inStock\n    }\n  }\n": types.SearchDocument,
    "\n  query More(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $after: String!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.MoreDocument,
    "\n  query Suggest($prefix: String!) {\n    suggest(prefix: $prefix, first: 6) {\n      queries {\n        text\n        matchCount\n      }\n      categories {\n        category\n        count\n      }\n      products {\n        id\n        name\n        imageUrl\n      }\n    }\n  }\n": types.SuggestDocument,
    "\n  query Product($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      inStock\n      attributes {\n        name\n        value\n      }\n      similar(first: 8) {\n        ...Tile\n      }\n    }\n  }\n": types.ProductDocument,
    "\n  query Prices {\n    collectionStats {\n      priceMin\n      priceMax\n    }\n  }\n": types.PricesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Search(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      matchCount\n      totalCount\n      correctedText\n      understood {\n        words\n        label\n        field\n        negated\n        value\n      }\n      facets(maxBuckets: 16) {\n        name\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n        otherCount\n      }\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n\n  fragment Tile on ProductEdge {\n    score\n    similarity\n    matchedImageUrl\n    node {\n      id\n      name\n      price\n      currency\n      imageUrl\n      inStock\n    }\n  }\n"): (typeof documents)["\n  query Search(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      matchCount\n      totalCount\n      correctedText\n      understood {\n        words\n        label\n        field\n        negated\n        value\n      }\n      facets(maxBuckets: 16) {\n        name\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n        otherCount\n      }\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n\n  fragment Tile on ProductEdge {\n    score\n    similarity\n    matchedImageUrl\n    node {\n      id\n      name\n      price\n      currency\n      imageUrl\n      inStock\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query More(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $after: String!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query More(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int!\n    $after: String!\n    $sort: ProductSort\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      edges {\n        ...Tile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Suggest($prefix: String!) {\n    suggest(prefix: $prefix, first: 6) {\n      queries {\n        text\n        matchCount\n      }\n      categories {\n        category\n        count\n      }\n      products {\n        id\n        name\n        imageUrl\n      }\n    }\n  }\n"): (typeof documents)["\n  query Suggest($prefix: String!) {\n    suggest(prefix: $prefix, first: 6) {\n      queries {\n        text\n        matchCount\n      }\n      categories {\n        category\n        count\n      }\n      products {\n        id\n        name\n        imageUrl\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Product($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      inStock\n      attributes {\n        name\n        value\n      }\n      similar(first: 8) {\n        ...Tile\n      }\n    }\n  }\n"): (typeof documents)["\n  query Product($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      inStock\n      attributes {\n        name\n        value\n      }\n      similar(first: 8) {\n        ...Tile\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Prices {\n    collectionStats {\n      priceMin\n      priceMax\n    }\n  }\n"): (typeof documents)["\n  query Prices {\n    collectionStats {\n      priceMin\n      priceMax\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;