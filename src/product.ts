export interface Attribute {
  name: string;
  value: string;
}

/** A product as the API shows it. Property names are those of the contract. */
interface Product {
  /** 1..128 characters, the shop's own. */
  id: string;
  name: string;
  description: string;
  category: string;
  price: number;
  /** ISO 4217. */
  currency: string;
  /** Absolute http(s) URL. */
  imageUrl: string;
  /** More views of it, at most 10, each another one. */
  additionalImageUrls: readonly string[];
  attributes: readonly Attribute[];
  inStock: boolean;
  /** RFC 3339, UTC. */
  indexedAt: string;
}

/** What a shop sends to have a product indexed: everything but the moment of indexing. Defaults are already applied. */
export type ProductDraft = Omit<Product, 'indexedAt'>;

/** A product as a vector store keeps it. `contentHash` is the hash of its draft: equal hash, nothing to index again. */
export interface StoredProduct extends Product {
  contentHash: string;
}

/** All images of a product, in the order in which their embeddings are stored. */
export function imageUrlsOf({ imageUrl, additionalImageUrls }: ProductDraft): string[] {
  return [imageUrl, ...additionalImageUrls];
}
