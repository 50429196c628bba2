/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A condition on one attribute. */
export type AttributeFilter = {
  /** The values that will do, exactly as indexed: at most 100, of up to 200 characters. */
  anyOf: Array<string>;
  /** The attribute, such as `color`. */
  name: string;
};

/** A named property of a product, such as color = red. */
export type AttributeInput = {
  /** The name, 1 to 100 characters. */
  name: string;
  /** The value, 1 to 500 characters; a filter takes those of up to 200. */
  value: string;
};

/** Every error carries one of these in `extensions.code`; nothing else about the inside leaks. */
export type ErrorCode =
  /** The request itself is wrong. `extensions.issues` lists every problem as `{ path, message }`. */
  | 'BAD_USER_INPUT'
  /** The key does not allow this, or this server answers trusted documents alone and this is none. */
  | 'FORBIDDEN'
  /** The address, scheme, port or redirect of the image is not allowed here. */
  | 'IMAGE_FORBIDDEN'
  /** The image has more bytes or pixels than the server takes. */
  | 'IMAGE_TOO_LARGE'
  /** The image could not be had: unknown host, refused, timed out, or not answered with 2xx. */
  | 'IMAGE_UNREACHABLE'
  /** What came is not an image, is cut short, or is of a kind that is not supported. */
  | 'IMAGE_UNREADABLE'
  /** A defect of the server. The log has it under the `x-request-id` of the response. */
  | 'INTERNAL_SERVER_ERROR'
  /** There is nothing by that name. */
  | 'NOT_FOUND'
  /** The server has all the work it can queue. Come back after `extensions.retryAfter` seconds. */
  | 'OVERLOADED'
  /** No query is known by this hash. Send the query with its hash, once; clients with automatic persisted queries do so by themselves. */
  | 'PERSISTED_QUERY_NOT_FOUND'
  /** Not a form of persisted queries that is known here: `version` 1 and `sha256Hash` are. Send the query itself. */
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  /** Too many requests. Come back after `extensions.retryAfter` seconds. */
  | 'RATE_LIMITED'
  /** No key was shown, or it is not a valid one. */
  | 'UNAUTHENTICATED'
  /** The vector store does not answer. Nothing was lost; try again. */
  | 'VECTOR_STORE_UNAVAILABLE';

/** A part of an image, of at least 16 pixels on a side: fractions of its width and height, 0 to 1, from the top left of the image as it is seen (EXIF orientation applied). */
export type ImageRegion = {
  /** Its height; `y + height` is at most 1. */
  height: number;
  /** Its width; `x + width` is at most 1. */
  width: number;
  /** Its left edge. */
  x: number;
  /** Its upper edge. */
  y: number;
};

/** A range of prices, both ends included. */
export type PriceRange = {
  /** The highest price; none when left out. */
  max?: number | null | undefined;
  /** The lowest price; none when left out. */
  min?: number | null | undefined;
};

/** Which products to consider. All conditions must hold. */
export type ProductFilter = {
  /** With these attributes: at most 50, and 500 values in all. */
  attributes?: Array<AttributeFilter> | null | undefined;
  /** In any of these categories, at most 100. */
  categories?: Array<string> | null | undefined;
  /** Only products that can (true) or cannot (false) be bought now. */
  inStock?: boolean | null | undefined;
  /** At a price within this range. */
  price?: PriceRange | null | undefined;
};

/** A product to index. */
export type ProductInput = {
  /** More images of it, at most 10: each is embedded, and the one that is most like a search counts. One that is named twice counts once; one that cannot be had fails the product. */
  additionalImageUrls?: Array<string> | null | undefined;
  /** Its properties, at most 50. */
  attributes?: Array<AttributeInput> | null | undefined;
  /** The one category it is in, 1 to 100 characters. */
  category: string;
  /** ISO 4217 code of the currency. */
  currency?: string | null | undefined;
  /** A longer text, up to 10000 characters. */
  description?: string | null | undefined;
  /** The shop's own id, 1 to 128 characters. */
  id: string | number;
  /** An http(s) URL of its image: JPEG, PNG, WebP, GIF, AVIF or TIFF. */
  imageUrl: string;
  /** Whether it can be bought now. */
  inStock?: boolean | null | undefined;
  /** Its name, 1 to 300 characters. */
  name: string;
  /** Its price; not negative. */
  price: number;
};

/** The order of the products; equal ones stand in the order of their ids. */
export type ProductSort =
  /** The one indexed last first. */
  | 'NEWEST'
  /** The cheapest first. Prices are compared as numbers, whatever their currency. */
  | 'PRICE_ASC'
  /** The most expensive first. */
  | 'PRICE_DESC'
  /** The best match first; without a query the newest. */
  | 'RELEVANCE';

/** What to look for: a text, an image (one of its own, or that of a product), or a text and an image, which are composed into one query vector. */
export type SearchInput = {
  /** Words to steer away from, under the rules of `text`: `red`. Their direction is taken off the query vector, and a product that has one of them does not count by words. Needs a text, an image or a product beside it. A filter is what keeps products out for sure. */
  exclude?: string | null | undefined;
  /** An image as a file, in place of `imageUrl`: a multipart request brings it. */
  image?: Blob | null | undefined;
  /** An image: an http(s) URL, or a `data:` URL such as a browser makes from a photo. */
  imageUrl?: string | null | undefined;
  /** Words of `understood` that were meant as words: nothing is read from them. Upper case and blanks make no difference; at most 20. */
  leaveAlone?: Array<string> | null | undefined;
  /** Whether words that no product has are replaced by the words of the catalogue that they misspell, see `correctedText`. It is about words: what is embedded stays as it was typed. */
  mend?: boolean | null | undefined;
  /** What to compare. Default: HYBRID where there is text, VECTOR otherwise. */
  mode?: SearchMode | null | undefined;
  /** More like this product: its first image, as it is stored. The product itself is not listed. Not together with another image. */
  productId?: string | number | null | undefined;
  /** The part of the image that is meant; all of it when left out. */
  region?: ImageRegion | null | undefined;
  /** HYBRID: share of the vector list against the lexical one, 0 to 1. */
  semanticRatio?: number | null | undefined;
  /** Words, 1 to 1000 characters after trimming: `red leather handbag`. */
  text?: string | null | undefined;
  /** Share of the text when both are given, 0 to 1. */
  textWeight?: number | null | undefined;
  /** Read conditions from the text: `under 50`, `in stock`, `not leather`, and categories and attribute values of the catalogue. They hold beside the filter, and `understood` shows them. Reads English; in a catalogue of another language (`SEARCH_LANGUAGE`) nothing is read. */
  understand?: boolean | null | undefined;
};

/** What a search compares. */
export type SearchMode =
  /** Both, merged into one ranking; `semanticRatio` weighs them. Needs a text. */
  | 'HYBRID'
  /** Words: BM25 over name, description, category, id and attribute values. Needs a text. */
  | 'LEXICAL'
  /** Looks: the CLIP embedding of the query against those of the images. */
  | 'VECTOR';

export type ProductFieldsFragment = { id: string, name: string, description: string, category: string, price: number, currency: string, imageUrl: string, inStock: boolean, attributes: Array<{ name: string, value: string }> };

export type SearchProductsQueryVariables = Exact<{
  query?: SearchInput | null | undefined;
  filter?: ProductFilter | null | undefined;
  sort?: ProductSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchProductsQuery = { searchProducts: { matchCount: number, correctedText: string | null, edges: Array<{ score: number, similarity: number | null, node: { id: string, name: string, description: string, category: string, price: number, currency: string, imageUrl: string, inStock: boolean, attributes: Array<{ name: string, value: string }> } }>, facets: Array<{ name: string, buckets: Array<{ value: string, count: number, selected: boolean }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ProductByIdQueryVariables = Exact<{
  id: string | number;
}>;


export type ProductByIdQuery = { product: { id: string, name: string, description: string, category: string, price: number, currency: string, imageUrl: string, inStock: boolean, attributes: Array<{ name: string, value: string }> } | null };

export type SimilarProductsQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
}>;


export type SimilarProductsQuery = { product: { similar: Array<{ similarity: number | null, node: { id: string, name: string, description: string, category: string, price: number, currency: string, imageUrl: string, inStock: boolean, attributes: Array<{ name: string, value: string }> } }> } | null };

export type AddProductMutationVariables = Exact<{
  input: ProductInput;
}>;


export type AddProductMutation = { indexProduct: { id: string, name: string, description: string, category: string, price: number, currency: string, imageUrl: string, inStock: boolean, attributes: Array<{ name: string, value: string }> } };

export type LoadProductsMutationVariables = Exact<{
  inputs: Array<ProductInput> | ProductInput;
}>;


export type LoadProductsMutation = { indexProducts: { indexed: number, unchanged: number, results: Array<{ id: string, error: { code: ErrorCode, message: string } | null }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ProductFieldsFragmentDoc = new TypedDocumentString(`
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
    `, {"fragmentName":"ProductFields"}) as unknown as TypedDocumentString<ProductFieldsFragment, unknown>;
export const SearchProductsDocument = new TypedDocumentString(`
    query SearchProducts($query: SearchInput, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
  searchProducts(
    query: $query
    filter: $filter
    sort: $sort
    first: $first
    after: $after
  ) {
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
}`) as unknown as TypedDocumentString<SearchProductsQuery, SearchProductsQueryVariables>;
export const ProductByIdDocument = new TypedDocumentString(`
    query ProductById($id: ID!) {
  product(id: $id) {
    ...ProductFields
  }
}
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
}`) as unknown as TypedDocumentString<ProductByIdQuery, ProductByIdQueryVariables>;
export const SimilarProductsDocument = new TypedDocumentString(`
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
}`) as unknown as TypedDocumentString<SimilarProductsQuery, SimilarProductsQueryVariables>;
export const AddProductDocument = new TypedDocumentString(`
    mutation AddProduct($input: ProductInput!) {
  indexProduct(input: $input) {
    ...ProductFields
  }
}
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
}`) as unknown as TypedDocumentString<AddProductMutation, AddProductMutationVariables>;
export const LoadProductsDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<LoadProductsMutation, LoadProductsMutationVariables>;