import { graphql } from './gql/gql.ts';

/** What every route tells of a product. */
graphql(`
  fragment ProductFields on Product {
    id
    name
    description
    category
    price
    currency
    imageUrl
    inStock
    attributes {
      name
      value
    }
  }
`);

export const SearchProducts = graphql(`
  query SearchProducts($query: SearchInput, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
    searchProducts(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
      matchCount
      correctedText
      edges {
        score
        similarity
        node {
          ...ProductFields
        }
      }
      facets(names: ["category", "price", "color"], maxBuckets: 10) {
        name
        buckets {
          value
          count
          selected
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const GetProduct = graphql(`
  query ProductById($id: ID!) {
    product(id: $id) {
      ...ProductFields
    }
  }
`);

export const GetSimilar = graphql(`
  query SimilarProducts($id: ID!, $first: Int) {
    product(id: $id) {
      similar(first: $first) {
        similarity
        node {
          ...ProductFields
        }
      }
    }
  }
`);

export const AddProduct = graphql(`
  mutation AddProduct($input: ProductInput!) {
    indexProduct(input: $input) {
      ...ProductFields
    }
  }
`);

export const LoadProducts = graphql(`
  mutation LoadProducts($inputs: [ProductInput!]!) {
    indexProducts(inputs: $inputs, skipUnchanged: true) {
      indexed
      unchanged
      results {
        id
        error {
          code
          message
        }
      }
    }
  }
`);
