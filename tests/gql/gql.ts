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
    "\n  query FindProducts(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int\n    $after: String\n    $sort: ProductSort\n    $minSimilarity: Float\n    $minRelevance: Float\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      minSimilarity: $minSimilarity\n      minRelevance: $minRelevance\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      totalCount\n      matchCount\n      edges {\n        cursor\n        score\n        similarity\n        matchedImageUrl\n        node {\n          id\n          name\n          category\n          price\n          inStock\n          imageUrl\n          attributes {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n": typeof types.FindProductsDocument,
    "\n  query CountFacets(\n    $query: SearchInput\n    $filter: ProductFilter\n    $distinctBy: DistinctBy\n    $names: [String!]\n    $maxBuckets: Int\n  ) {\n    searchProducts(query: $query, filter: $filter, distinctBy: $distinctBy, first: 1) {\n      matchCount\n      facets(names: $names, maxBuckets: $maxBuckets) {\n        name\n        otherCount\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n      }\n    }\n  }\n": typeof types.CountFacetsDocument,
    "\n  query GetProduct($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n": typeof types.GetProductDocument,
    "\n  query GetSimilar($id: ID!, $first: Int) {\n    product(id: $id) {\n      similar(first: $first) {\n        cursor\n        score\n        similarity\n        node {\n          id\n        }\n      }\n    }\n  }\n": typeof types.GetSimilarDocument,
    "\n  query FindWithSimilar($query: SearchInput, $first: Int, $nested: Boolean = false) {\n    searchProducts(query: $query, first: $first) {\n      nodes {\n        id\n        similar(first: 2) {\n          node {\n            id\n            similar(first: 2) @include(if: $nested) {\n              node {\n                id\n              }\n            }\n          }\n        }\n      }\n      timing {\n        total\n      }\n    }\n  }\n": typeof types.FindWithSimilarDocument,
    "\n  mutation IndexProduct($input: ProductInput!) {\n    indexProduct(input: $input) {\n      id\n      name\n      indexedAt\n    }\n  }\n": typeof types.IndexProductDocument,
    "\n  mutation IndexProducts($inputs: [ProductInput!]!, $skipUnchanged: Boolean) {\n    indexProducts(inputs: $inputs, skipUnchanged: $skipUnchanged) {\n      indexed\n      failed\n      unchanged\n      results {\n        id\n        unchanged\n        product {\n          id\n          name\n        }\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n": typeof types.IndexProductsDocument,
    "\n  mutation UpdateProduct($id: ID!, $patch: ProductPatch!) {\n    updateProduct(id: $id, patch: $patch) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n": typeof types.UpdateProductDocument,
    "\n  mutation DeleteProduct($id: ID!) {\n    deleteProduct(id: $id)\n  }\n": typeof types.DeleteProductDocument,
    "\n  mutation DeleteProducts($ids: [ID!]!) {\n    deleteProducts(ids: $ids)\n  }\n": typeof types.DeleteProductsDocument,
    "\n  query ListProducts($first: Int, $after: String) {\n    products(first: $first, after: $after) {\n      nodes {\n        id\n      }\n      endCursor\n    }\n  }\n": typeof types.ListProductsDocument,
    "\n  query GetHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      model {\n        id\n        digest\n        dimension\n        imageSize\n        dtype\n        bundled\n      }\n      components {\n        component\n        status\n        backend\n        latencyMs\n        message\n      }\n    }\n  }\n": typeof types.GetHealthDocument,
    "\n  query GetStats {\n    collectionStats {\n      name\n      backend\n      productCount\n      dimension\n      distance\n      model\n      categories {\n        category\n        count\n      }\n      priceMin\n      priceMax\n    }\n  }\n": typeof types.GetStatsDocument,
    "\n  query FindMended($query: SearchInput, $first: Int, $after: String) {\n    searchProducts(query: $query, first: $first, after: $after) {\n      correctedText\n      matchCount\n      nodes {\n        id\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n": typeof types.FindMendedDocument,
};
const documents: Documents = {
    "\n  query FindProducts(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int\n    $after: String\n    $sort: ProductSort\n    $minSimilarity: Float\n    $minRelevance: Float\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      minSimilarity: $minSimilarity\n      minRelevance: $minRelevance\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      totalCount\n      matchCount\n      edges {\n        cursor\n        score\n        similarity\n        matchedImageUrl\n        node {\n          id\n          name\n          category\n          price\n          inStock\n          imageUrl\n          attributes {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n": types.FindProductsDocument,
    "\n  query CountFacets(\n    $query: SearchInput\n    $filter: ProductFilter\n    $distinctBy: DistinctBy\n    $names: [String!]\n    $maxBuckets: Int\n  ) {\n    searchProducts(query: $query, filter: $filter, distinctBy: $distinctBy, first: 1) {\n      matchCount\n      facets(names: $names, maxBuckets: $maxBuckets) {\n        name\n        otherCount\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n      }\n    }\n  }\n": types.CountFacetsDocument,
    "\n  query GetProduct($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n": types.GetProductDocument,
    "\n  query GetSimilar($id: ID!, $first: Int) {\n    product(id: $id) {\n      similar(first: $first) {\n        cursor\n        score\n        similarity\n        node {\n          id\n        }\n      }\n    }\n  }\n": types.GetSimilarDocument,
    "\n  query FindWithSimilar($query: SearchInput, $first: Int, $nested: Boolean = false) {\n    searchProducts(query: $query, first: $first) {\n      nodes {\n        id\n        similar(first: 2) {\n          node {\n            id\n            similar(first: 2) @include(if: $nested) {\n              node {\n                id\n              }\n            }\n          }\n        }\n      }\n      timing {\n        total\n      }\n    }\n  }\n": types.FindWithSimilarDocument,
    "\n  mutation IndexProduct($input: ProductInput!) {\n    indexProduct(input: $input) {\n      id\n      name\n      indexedAt\n    }\n  }\n": types.IndexProductDocument,
    "\n  mutation IndexProducts($inputs: [ProductInput!]!, $skipUnchanged: Boolean) {\n    indexProducts(inputs: $inputs, skipUnchanged: $skipUnchanged) {\n      indexed\n      failed\n      unchanged\n      results {\n        id\n        unchanged\n        product {\n          id\n          name\n        }\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n": types.IndexProductsDocument,
    "\n  mutation UpdateProduct($id: ID!, $patch: ProductPatch!) {\n    updateProduct(id: $id, patch: $patch) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n": types.UpdateProductDocument,
    "\n  mutation DeleteProduct($id: ID!) {\n    deleteProduct(id: $id)\n  }\n": types.DeleteProductDocument,
    "\n  mutation DeleteProducts($ids: [ID!]!) {\n    deleteProducts(ids: $ids)\n  }\n": types.DeleteProductsDocument,
    "\n  query ListProducts($first: Int, $after: String) {\n    products(first: $first, after: $after) {\n      nodes {\n        id\n      }\n      endCursor\n    }\n  }\n": types.ListProductsDocument,
    "\n  query GetHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      model {\n        id\n        digest\n        dimension\n        imageSize\n        dtype\n        bundled\n      }\n      components {\n        component\n        status\n        backend\n        latencyMs\n        message\n      }\n    }\n  }\n": types.GetHealthDocument,
    "\n  query GetStats {\n    collectionStats {\n      name\n      backend\n      productCount\n      dimension\n      distance\n      model\n      categories {\n        category\n        count\n      }\n      priceMin\n      priceMax\n    }\n  }\n": types.GetStatsDocument,
    "\n  query FindMended($query: SearchInput, $first: Int, $after: String) {\n    searchProducts(query: $query, first: $first, after: $after) {\n      correctedText\n      matchCount\n      nodes {\n        id\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n": types.FindMendedDocument,
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
export function graphql(source: "\n  query FindProducts(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int\n    $after: String\n    $sort: ProductSort\n    $minSimilarity: Float\n    $minRelevance: Float\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      minSimilarity: $minSimilarity\n      minRelevance: $minRelevance\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      totalCount\n      matchCount\n      edges {\n        cursor\n        score\n        similarity\n        matchedImageUrl\n        node {\n          id\n          name\n          category\n          price\n          inStock\n          imageUrl\n          attributes {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n"): (typeof documents)["\n  query FindProducts(\n    $query: SearchInput\n    $filter: ProductFilter\n    $first: Int\n    $after: String\n    $sort: ProductSort\n    $minSimilarity: Float\n    $minRelevance: Float\n    $diversity: Float\n    $distinctBy: DistinctBy\n  ) {\n    searchProducts(\n      query: $query\n      filter: $filter\n      first: $first\n      after: $after\n      sort: $sort\n      minSimilarity: $minSimilarity\n      minRelevance: $minRelevance\n      diversity: $diversity\n      distinctBy: $distinctBy\n    ) {\n      totalCount\n      matchCount\n      edges {\n        cursor\n        score\n        similarity\n        matchedImageUrl\n        node {\n          id\n          name\n          category\n          price\n          inStock\n          imageUrl\n          attributes {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      timing {\n        fetch\n        embed\n        search\n        total\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CountFacets(\n    $query: SearchInput\n    $filter: ProductFilter\n    $distinctBy: DistinctBy\n    $names: [String!]\n    $maxBuckets: Int\n  ) {\n    searchProducts(query: $query, filter: $filter, distinctBy: $distinctBy, first: 1) {\n      matchCount\n      facets(names: $names, maxBuckets: $maxBuckets) {\n        name\n        otherCount\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query CountFacets(\n    $query: SearchInput\n    $filter: ProductFilter\n    $distinctBy: DistinctBy\n    $names: [String!]\n    $maxBuckets: Int\n  ) {\n    searchProducts(query: $query, filter: $filter, distinctBy: $distinctBy, first: 1) {\n      matchCount\n      facets(names: $names, maxBuckets: $maxBuckets) {\n        name\n        otherCount\n        buckets {\n          value\n          count\n          selected\n          min\n          max\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GetProduct($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n"): (typeof documents)["\n  query GetProduct($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GetSimilar($id: ID!, $first: Int) {\n    product(id: $id) {\n      similar(first: $first) {\n        cursor\n        score\n        similarity\n        node {\n          id\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query GetSimilar($id: ID!, $first: Int) {\n    product(id: $id) {\n      similar(first: $first) {\n        cursor\n        score\n        similarity\n        node {\n          id\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindWithSimilar($query: SearchInput, $first: Int, $nested: Boolean = false) {\n    searchProducts(query: $query, first: $first) {\n      nodes {\n        id\n        similar(first: 2) {\n          node {\n            id\n            similar(first: 2) @include(if: $nested) {\n              node {\n                id\n              }\n            }\n          }\n        }\n      }\n      timing {\n        total\n      }\n    }\n  }\n"): (typeof documents)["\n  query FindWithSimilar($query: SearchInput, $first: Int, $nested: Boolean = false) {\n    searchProducts(query: $query, first: $first) {\n      nodes {\n        id\n        similar(first: 2) {\n          node {\n            id\n            similar(first: 2) @include(if: $nested) {\n              node {\n                id\n              }\n            }\n          }\n        }\n      }\n      timing {\n        total\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation IndexProduct($input: ProductInput!) {\n    indexProduct(input: $input) {\n      id\n      name\n      indexedAt\n    }\n  }\n"): (typeof documents)["\n  mutation IndexProduct($input: ProductInput!) {\n    indexProduct(input: $input) {\n      id\n      name\n      indexedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation IndexProducts($inputs: [ProductInput!]!, $skipUnchanged: Boolean) {\n    indexProducts(inputs: $inputs, skipUnchanged: $skipUnchanged) {\n      indexed\n      failed\n      unchanged\n      results {\n        id\n        unchanged\n        product {\n          id\n          name\n        }\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation IndexProducts($inputs: [ProductInput!]!, $skipUnchanged: Boolean) {\n    indexProducts(inputs: $inputs, skipUnchanged: $skipUnchanged) {\n      indexed\n      failed\n      unchanged\n      results {\n        id\n        unchanged\n        product {\n          id\n          name\n        }\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateProduct($id: ID!, $patch: ProductPatch!) {\n    updateProduct(id: $id, patch: $patch) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateProduct($id: ID!, $patch: ProductPatch!) {\n    updateProduct(id: $id, patch: $patch) {\n      id\n      name\n      description\n      category\n      price\n      currency\n      imageUrl\n      additionalImageUrls\n      attributes {\n        name\n        value\n      }\n      inStock\n      indexedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteProduct($id: ID!) {\n    deleteProduct(id: $id)\n  }\n"): (typeof documents)["\n  mutation DeleteProduct($id: ID!) {\n    deleteProduct(id: $id)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteProducts($ids: [ID!]!) {\n    deleteProducts(ids: $ids)\n  }\n"): (typeof documents)["\n  mutation DeleteProducts($ids: [ID!]!) {\n    deleteProducts(ids: $ids)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListProducts($first: Int, $after: String) {\n    products(first: $first, after: $after) {\n      nodes {\n        id\n      }\n      endCursor\n    }\n  }\n"): (typeof documents)["\n  query ListProducts($first: Int, $after: String) {\n    products(first: $first, after: $after) {\n      nodes {\n        id\n      }\n      endCursor\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GetHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      model {\n        id\n        digest\n        dimension\n        imageSize\n        dtype\n        bundled\n      }\n      components {\n        component\n        status\n        backend\n        latencyMs\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  query GetHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      model {\n        id\n        digest\n        dimension\n        imageSize\n        dtype\n        bundled\n      }\n      components {\n        component\n        status\n        backend\n        latencyMs\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GetStats {\n    collectionStats {\n      name\n      backend\n      productCount\n      dimension\n      distance\n      model\n      categories {\n        category\n        count\n      }\n      priceMin\n      priceMax\n    }\n  }\n"): (typeof documents)["\n  query GetStats {\n    collectionStats {\n      name\n      backend\n      productCount\n      dimension\n      distance\n      model\n      categories {\n        category\n        count\n      }\n      priceMin\n      priceMax\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindMended($query: SearchInput, $first: Int, $after: String) {\n    searchProducts(query: $query, first: $first, after: $after) {\n      correctedText\n      matchCount\n      nodes {\n        id\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n"): (typeof documents)["\n  query FindMended($query: SearchInput, $first: Int, $after: String) {\n    searchProducts(query: $query, first: $first, after: $after) {\n      correctedText\n      matchCount\n      nodes {\n        id\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;