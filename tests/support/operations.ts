import { graphql } from '../gql/gql.ts';

/** The operations a storefront and a back end would write, typed by codegen from schema.graphql. */
export const FindProducts = graphql(`
  query FindProducts(
    $query: SearchInput
    $filter: ProductFilter
    $first: Int
    $after: String
    $sort: ProductSort
    $minSimilarity: Float
    $minRelevance: Float
    $diversity: Float
    $distinctBy: DistinctBy
  ) {
    searchProducts(
      query: $query
      filter: $filter
      first: $first
      after: $after
      sort: $sort
      minSimilarity: $minSimilarity
      minRelevance: $minRelevance
      diversity: $diversity
      distinctBy: $distinctBy
    ) {
      totalCount
      matchCount
      edges {
        cursor
        score
        similarity
        matchedImageUrl
        node {
          id
          name
          category
          price
          inStock
          imageUrl
          attributes {
            name
            value
          }
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      timing {
        fetch
        embed
        search
        total
      }
    }
  }
`);

export const CountFacets = graphql(`
  query CountFacets(
    $query: SearchInput
    $filter: ProductFilter
    $distinctBy: DistinctBy
    $names: [String!]
    $maxBuckets: Int
  ) {
    searchProducts(query: $query, filter: $filter, distinctBy: $distinctBy, first: 1) {
      matchCount
      facets(names: $names, maxBuckets: $maxBuckets) {
        name
        otherCount
        buckets {
          value
          count
          selected
          min
          max
        }
      }
    }
  }
`);

export const GetProduct = graphql(`
  query GetProduct($id: ID!) {
    product(id: $id) {
      id
      name
      description
      category
      price
      currency
      imageUrl
      additionalImageUrls
      attributes {
        name
        value
      }
      inStock
      indexedAt
    }
  }
`);

export const GetSimilar = graphql(`
  query GetSimilar($id: ID!, $first: Int) {
    product(id: $id) {
      similar(first: $first) {
        cursor
        score
        similarity
        node {
          id
        }
      }
    }
  }
`);

export const FindWithSimilar = graphql(`
  query FindWithSimilar($query: SearchInput, $first: Int, $nested: Boolean = false) {
    searchProducts(query: $query, first: $first) {
      nodes {
        id
        similar(first: 2) {
          node {
            id
            similar(first: 2) @include(if: $nested) {
              node {
                id
              }
            }
          }
        }
      }
      timing {
        total
      }
    }
  }
`);

export const IndexProduct = graphql(`
  mutation IndexProduct($input: ProductInput!) {
    indexProduct(input: $input) {
      id
      name
      indexedAt
    }
  }
`);

export const IndexProducts = graphql(`
  mutation IndexProducts($inputs: [ProductInput!]!, $skipUnchanged: Boolean) {
    indexProducts(inputs: $inputs, skipUnchanged: $skipUnchanged) {
      indexed
      failed
      unchanged
      results {
        id
        unchanged
        product {
          id
          name
        }
        error {
          code
          message
        }
      }
    }
  }
`);

export const UpdateProduct = graphql(`
  mutation UpdateProduct($id: ID!, $patch: ProductPatch!) {
    updateProduct(id: $id, patch: $patch) {
      id
      name
      description
      category
      price
      currency
      imageUrl
      additionalImageUrls
      attributes {
        name
        value
      }
      inStock
      indexedAt
    }
  }
`);

export const DeleteProduct = graphql(`
  mutation DeleteProduct($id: ID!) {
    deleteProduct(id: $id)
  }
`);

export const DeleteProducts = graphql(`
  mutation DeleteProducts($ids: [ID!]!) {
    deleteProducts(ids: $ids)
  }
`);

export const ListProducts = graphql(`
  query ListProducts($first: Int, $after: String) {
    products(first: $first, after: $after) {
      nodes {
        id
      }
      endCursor
    }
  }
`);

export const GetHealth = graphql(`
  query GetHealth {
    health {
      status
      version
      uptimeSeconds
      model {
        id
        digest
        dimension
        imageSize
        dtype
        bundled
      }
      components {
        component
        status
        backend
        latencyMs
        message
      }
    }
  }
`);

export const GetStats = graphql(`
  query GetStats {
    collectionStats {
      name
      backend
      productCount
      dimension
      distance
      model
      categories {
        category
        count
      }
      priceMin
      priceMax
    }
  }
`);

export const FindMended = graphql(`
  query FindMended($query: SearchInput, $first: Int, $after: String) {
    searchProducts(query: $query, first: $first, after: $after) {
      correctedText
      matchCount
      nodes {
        id
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`);

export const Understand = graphql(`
  query Understand($query: SearchInput!, $filter: ProductFilter, $first: Int = 100, $after: String, $sort: ProductSort) {
    searchProducts(query: $query, filter: $filter, first: $first, after: $after, sort: $sort) {
      matchCount
      totalCount
      understood {
        words
        field
        label
        negated
        min
        max
        value
      }
      facets {
        name
        buckets {
          value
          count
          selected
        }
      }
      nodes {
        id
        price
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const Suggest = graphql(`
  query Suggest($prefix: String!, $filter: ProductFilter, $first: Int) {
    suggest(prefix: $prefix, filter: $filter, first: $first) {
      queries {
        text
        matchCount
      }
      products {
        name
        category
      }
      categories {
        category
        count
      }
    }
  }
`);
