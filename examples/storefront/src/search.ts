import type { ProductFilter, ProductSort, SearchInput, SearchQueryVariables } from './gql/graphql.ts';

/** A part of an image, in fractions of its width and height. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** All that a shopper has asked for: what the address of the page holds. */
export interface Search {
  text: string;
  /** Words to steer away from. */
  exclude: string;
  /** A product, a photo of this device (by its id there) or an image of the web to look for; at most one of them. */
  like: string | undefined;
  photo: string | undefined;
  imageUrl: string | undefined;
  region: Region | undefined;
  categories: readonly string[];
  attributes: Readonly<Record<string, readonly string[]>>;
  minPrice: number | undefined;
  maxPrice: number | undefined;
  inStock: boolean;
  sort: ProductSort;
  /** Words that were read as conditions and are meant as words. */
  leaveAlone: readonly string[];
  /** Whether misspelled words stay as they were typed. */
  asTyped: boolean;
  /** Whether variants take one place. */
  collapsed: boolean;
  /** Whether the first page is kept from looking all alike. */
  varied: boolean;
  /** The product whose panel is open. */
  product: string | undefined;
}

export const EMPTY_SEARCH: Search = {
  text: '',
  exclude: '',
  like: undefined,
  photo: undefined,
  imageUrl: undefined,
  region: undefined,
  categories: [],
  attributes: {},
  minPrice: undefined,
  maxPrice: undefined,
  inStock: false,
  sort: 'RELEVANCE',
  leaveAlone: [],
  asTyped: false,
  collapsed: false,
  varied: false,
  product: undefined,
};

const PAGE_SIZE = 24;
/** The attribute that variants of the demo share. */
const VARIANT_ATTRIBUTE = 'kind';
const DIVERSITY = 0.4;

/** What takes the image of a search away, to put another one, or none, in its place. */
export const NO_IMAGE = { like: undefined, photo: undefined, imageUrl: undefined, region: undefined };
/** What takes all conditions away and leaves what is looked for. */
export const NO_FILTER = {
  categories: [],
  attributes: {},
  minPrice: undefined,
  maxPrice: undefined,
  inStock: false,
};

export const hasImage = ({ like, photo, imageUrl }: Search): boolean => (like ?? photo ?? imageUrl) !== undefined;
/** Whether something is looked for; otherwise the shop is browsed. */
export const hasQuery = (search: Search): boolean => search.text !== '' || hasImage(search);

export function hasFilter(search: Search): boolean {
  const { categories, attributes, minPrice, maxPrice, inStock } = search;
  const values = Object.values(attributes).flat();
  return categories.length + values.length > 0 || (minPrice ?? maxPrice) !== undefined || inStock;
}

/** The list with the value taken out, or added where it was not in it. */
export function toggled(values: readonly string[], value: string): string[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}

/** The variables of the operations `Search` and `More`. `photo`: the file that `search.photo` names. */
export function toVariables(search: Search, photo: File | undefined): SearchQueryVariables {
  const query = hasQuery(search) ? toInput(search, photo) : undefined;
  const filter = toFilter(search);
  return {
    ...(query && { query }),
    ...(Object.keys(filter).length > 0 && { filter }),
    first: PAGE_SIZE,
    ...(search.sort !== 'RELEVANCE' && { sort: search.sort }),
    ...(search.varied && query && search.sort === 'RELEVANCE' && { diversity: DIVERSITY }),
    ...(search.collapsed && { distinctBy: { attribute: VARIANT_ATTRIBUTE, max: 1 } }),
  };
}

function toInput(search: Search, photo: File | undefined): SearchInput {
  const { text, like, imageUrl, region, exclude, asTyped, leaveAlone } = search;
  return {
    ...(text !== '' && { text, understand: true }),
    ...(text !== '' && asTyped && { mend: false }),
    ...(text !== '' && leaveAlone.length > 0 && { leaveAlone: [...leaveAlone] }),
    ...(like !== undefined && { productId: like }),
    ...(imageUrl !== undefined && { imageUrl }),
    ...(photo && { image: photo }),
    ...(region && like === undefined && { region }),
    ...(exclude !== '' && { exclude }),
  };
}

function toFilter(search: Search): ProductFilter {
  const { categories, minPrice, maxPrice, inStock } = search;
  const attributes = Object.entries(search.attributes)
    .filter(([, anyOf]) => anyOf.length > 0)
    .map(([name, anyOf]) => ({ name, anyOf: [...anyOf] }));
  const price = {
    ...(minPrice !== undefined && { min: minPrice }),
    ...(maxPrice !== undefined && { max: maxPrice }),
  };
  return {
    ...(categories.length > 0 && { categories: [...categories] }),
    ...(Object.keys(price).length > 0 && { price }),
    ...(inStock && { inStock: true }),
    ...(attributes.length > 0 && { attributes }),
  };
}
