import { graphql } from './gql/gql.ts';

/** The first page of a search, with all that is shown around it: counted, read, mended, timed. */
export const SearchQuery = graphql(`
  query Search(
    $query: SearchInput
    $filter: ProductFilter
    $first: Int!
    $sort: ProductSort
    $diversity: Float
    $distinctBy: DistinctBy
  ) {
    searchProducts(
      query: $query
      filter: $filter
      first: $first
      sort: $sort
      diversity: $diversity
      distinctBy: $distinctBy
    ) {
      matchCount
      totalCount
      correctedText
      understood {
        words
        label
        field
        negated
        value
      }
      facets(maxBuckets: 16) {
        name
        buckets {
          value
          count
          selected
          min
          max
        }
        otherCount
      }
      edges {
        ...Tile
      }
      pageInfo {
        hasNextPage
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

  fragment Tile on ProductEdge {
    score
    similarity
    matchedImageUrl
    node {
      id
      name
      price
      currency
      imageUrl
      inStock
    }
  }
`);

/** A page behind a cursor of the one before. */
export const MoreQuery = graphql(`
  query More(
    $query: SearchInput
    $filter: ProductFilter
    $first: Int!
    $after: String!
    $sort: ProductSort
    $diversity: Float
    $distinctBy: DistinctBy
  ) {
    searchProducts(
      query: $query
      filter: $filter
      first: $first
      after: $after
      sort: $sort
      diversity: $diversity
      distinctBy: $distinctBy
    ) {
      edges {
        ...Tile
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** What somebody may go on to type. */
export const SuggestQuery = graphql(`
  query Suggest($prefix: String!) {
    suggest(prefix: $prefix, first: 6) {
      queries {
        text
        matchCount
      }
      categories {
        category
        count
      }
      products {
        id
        name
        imageUrl
      }
    }
  }
`);

/** All about one product, and what looks like it. */
export const ProductQuery = graphql(`
  query Product($id: ID!) {
    product(id: $id) {
      id
      name
      description
      category
      price
      currency
      imageUrl
      additionalImageUrls
      inStock
      attributes {
        name
        value
      }
      similar(first: 8) {
        ...Tile
      }
    }
  }
`);

/** The bounds of the price slider. */
export const PricesQuery = graphql(`
  query Prices {
    collectionStats {
      priceMin
      priceMax
    }
  }
`);
