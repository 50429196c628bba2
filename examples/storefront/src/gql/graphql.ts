/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** A condition on one attribute. */
export type AttributeFilter = {
  /** The values that will do, exactly as indexed: at most 100, of up to 200 characters. */
  anyOf: Array<string>;
  /** The attribute, such as `color`. */
  name: string;
};

/** Variants collapse: only so many products of each value of an attribute are listed and counted, the first in the order asked for. */
export type DistinctBy = {
  /** The attribute that variants share, such as `model`. A product that lacks it stands for itself; of several values its first counts. */
  attribute: string;
  /** The most products of one value, 1 to 10. */
  max?: number | null | undefined;
};

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

export type SearchQueryVariables = Exact<{
  query?: SearchInput | null | undefined;
  filter?: ProductFilter | null | undefined;
  first: number;
  sort?: ProductSort | null | undefined;
  diversity?: number | null | undefined;
  distinctBy?: DistinctBy | null | undefined;
}>;


export type SearchQuery = { searchProducts: { matchCount: number, totalCount: number, correctedText: string | null, understood: Array<{ words: string, label: string, field: string, negated: boolean, value: string | null }>, facets: Array<{ name: string, otherCount: number, buckets: Array<{ value: string, count: number, selected: boolean, min: number | null, max: number | null }> }>, edges: Array<{ score: number, similarity: number | null, matchedImageUrl: string | null, node: { id: string, name: string, price: number, currency: string, imageUrl: string, inStock: boolean } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, timing: { fetch: number, embed: number, search: number, total: number } } };

export type TileFragment = { score: number, similarity: number | null, matchedImageUrl: string | null, node: { id: string, name: string, price: number, currency: string, imageUrl: string, inStock: boolean } };

export type MoreQueryVariables = Exact<{
  query?: SearchInput | null | undefined;
  filter?: ProductFilter | null | undefined;
  first: number;
  after: string;
  sort?: ProductSort | null | undefined;
  diversity?: number | null | undefined;
  distinctBy?: DistinctBy | null | undefined;
}>;


export type MoreQuery = { searchProducts: { edges: Array<{ score: number, similarity: number | null, matchedImageUrl: string | null, node: { id: string, name: string, price: number, currency: string, imageUrl: string, inStock: boolean } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SuggestQueryVariables = Exact<{
  prefix: string;
}>;


export type SuggestQuery = { suggest: { queries: Array<{ text: string, matchCount: number }>, categories: Array<{ category: string, count: number }>, products: Array<{ id: string, name: string, imageUrl: string }> } };

export type ProductQueryVariables = Exact<{
  id: string | number;
}>;


export type ProductQuery = { product: { id: string, name: string, description: string, category: string, price: number, currency: string, imageUrl: string, additionalImageUrls: Array<string>, inStock: boolean, attributes: Array<{ name: string, value: string }>, similar: Array<{ score: number, similarity: number | null, matchedImageUrl: string | null, node: { id: string, name: string, price: number, currency: string, imageUrl: string, inStock: boolean } }> } | null };

export type PricesQueryVariables = Exact<{ [key: string]: never; }>;


export type PricesQuery = { collectionStats: { priceMin: number | null, priceMax: number | null } };

export const TileFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Tile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProductEdge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}},{"kind":"Field","name":{"kind":"Name","value":"matchedImageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"imageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"inStock"}}]}}]}}]} as unknown as DocumentNode<TileFragment, unknown>;
export const SearchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Search"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"query"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProductFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sort"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProductSort"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"diversity"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Float"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"distinctBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DistinctBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"searchProducts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"query"},"value":{"kind":"Variable","name":{"kind":"Name","value":"query"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"sort"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sort"}}},{"kind":"Argument","name":{"kind":"Name","value":"diversity"},"value":{"kind":"Variable","name":{"kind":"Name","value":"diversity"}}},{"kind":"Argument","name":{"kind":"Name","value":"distinctBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"distinctBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matchCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"correctedText"}},{"kind":"Field","name":{"kind":"Name","value":"understood"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"words"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"negated"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"facets"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"maxBuckets"},"value":{"kind":"IntValue","value":"16"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"buckets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"selected"}},{"kind":"Field","name":{"kind":"Name","value":"min"}},{"kind":"Field","name":{"kind":"Name","value":"max"}}]}},{"kind":"Field","name":{"kind":"Name","value":"otherCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Tile"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fetch"}},{"kind":"Field","name":{"kind":"Name","value":"embed"}},{"kind":"Field","name":{"kind":"Name","value":"search"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Tile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProductEdge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}},{"kind":"Field","name":{"kind":"Name","value":"matchedImageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"imageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"inStock"}}]}}]}}]} as unknown as DocumentNode<SearchQuery, SearchQueryVariables>;
export const MoreDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"More"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"query"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProductFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sort"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProductSort"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"diversity"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Float"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"distinctBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DistinctBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"searchProducts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"query"},"value":{"kind":"Variable","name":{"kind":"Name","value":"query"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"sort"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sort"}}},{"kind":"Argument","name":{"kind":"Name","value":"diversity"},"value":{"kind":"Variable","name":{"kind":"Name","value":"diversity"}}},{"kind":"Argument","name":{"kind":"Name","value":"distinctBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"distinctBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Tile"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Tile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProductEdge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}},{"kind":"Field","name":{"kind":"Name","value":"matchedImageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"imageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"inStock"}}]}}]}}]} as unknown as DocumentNode<MoreQuery, MoreQueryVariables>;
export const SuggestDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Suggest"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"prefix"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggest"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"prefix"},"value":{"kind":"Variable","name":{"kind":"Name","value":"prefix"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"6"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queries"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"matchCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"products"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"imageUrl"}}]}}]}}]}}]} as unknown as DocumentNode<SuggestQuery, SuggestQueryVariables>;
export const ProductDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Product"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"product"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"imageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"additionalImageUrls"}},{"kind":"Field","name":{"kind":"Name","value":"inStock"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"similar"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"8"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Tile"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Tile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProductEdge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}},{"kind":"Field","name":{"kind":"Name","value":"matchedImageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"imageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"inStock"}}]}}]}}]} as unknown as DocumentNode<ProductQuery, ProductQueryVariables>;
export const PricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Prices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"collectionStats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"priceMin"}},{"kind":"Field","name":{"kind":"Name","value":"priceMax"}}]}}]}}]} as unknown as DocumentNode<PricesQuery, PricesQueryVariables>;