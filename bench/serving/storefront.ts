import type { StoredProduct } from '../../src/product.ts';

/** What a storefront asks for: a page of ten with what a tile shows. */
const STOREFRONT_QUERY = `query Storefront($query: SearchInput, $filter: ProductFilter, $first: Int) {
  searchProducts(query: $query, filter: $filter, first: $first) {
    edges {
      score
      node { id name category price currency imageUrl inStock attributes { name value } }
    }
    pageInfo { hasNextPage endCursor }
    matchCount
  }
}`;

/** Words that a search is made of; three of them make 27,000 different ones. */
export const WORDS =
  'red blue green black white grey brown yellow pink purple leather cotton woollen linen silk denim small large slim wide bag shirt dress coat shoe boot scarf belt jacket skirt'.split(
    ' ',
  );

/** The body of a search, another one for every number below 27,000. */
export function searchBody(number: number): string {
  const count = WORDS.length;
  const places = [number % count, Math.floor(number / count) % count, Math.floor(number / count ** 2) % count];
  const text = places.map((place) => WORDS[place]).join(' ');
  const filter = { categories: ['bags', 'shoes', 'coats'], price: { min: 10, max: 200 } };
  return JSON.stringify({ query: STOREFRONT_QUERY, variables: { query: { text }, filter, first: 10 } });
}

/** Ten products as a shop has them. */
export const TEN_PRODUCTS: StoredProduct[] = Array.from({ length: 10 }, (_, index) => ({
  id: `sku-${1000 + index}`,
  name: `Leather handbag no. ${index}`,
  description: 'A handbag of soft leather with two pockets inside, a zip, and a strap that can be taken off.',
  category: 'bags',
  price: 49.9 + index,
  currency: 'EUR',
  imageUrl: `https://shop.example/images/sku-${1000 + index}.jpg`,
  additionalImageUrls: [],
  attributes: [
    { name: 'color', value: 'red' },
    { name: 'material', value: 'leather' },
    { name: 'brand', value: 'Example' },
  ],
  inStock: true,
  indexedAt: '2026-01-01T00:00:00.000Z',
  contentHash: `hash-${index}`,
}));
