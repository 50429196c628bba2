import type { ProductSort } from './gql/graphql.ts';
import { EMPTY_SEARCH, type Region, type Search } from './search.ts';

const SORTS: readonly ProductSort[] = ['RELEVANCE', 'PRICE_ASC', 'PRICE_DESC', 'NEWEST'];
/** What comes before the name of an attribute, so that none can be taken for anything else. */
const ATTRIBUTE = 'a.';

/** The search that an address such as `?q=red+dress&a.color=red` holds. What cannot be read is left out. */
export function parseAddress(query: string): Search {
  const params = new URLSearchParams(query);
  const one = (name: string) => params.get(name) || undefined;
  const attributes: Record<string, string[]> = {};
  for (const name of new Set(params.keys())) {
    if (name.startsWith(ATTRIBUTE)) attributes[name.slice(ATTRIBUTE.length)] = params.getAll(name);
  }
  return {
    ...EMPTY_SEARCH,
    text: one('q') ?? '',
    exclude: one('not') ?? '',
    like: one('like'),
    photo: one('photo'),
    imageUrl: one('image'),
    region: parseRegion(one('part')),
    categories: params.getAll('category'),
    attributes,
    minPrice: parseNumber(one('min')),
    maxPrice: parseNumber(one('max')),
    inStock: params.has('stock'),
    sort: SORTS.find((sort) => sort === one('sort')) ?? 'RELEVANCE',
    leaveAlone: params.getAll('words'),
    asTyped: params.has('typed'),
    collapsed: params.has('collapse'),
    varied: params.has('vary'),
    product: one('product'),
  };
}

/** The address of a search, such as `/?q=red+dress`; equal searches have equal addresses. */
export function formatAddress(search: Search): string {
  const params = new URLSearchParams();
  const add = (name: string, value: string | number | false | undefined) => {
    if (value !== undefined && value !== '' && value !== false) params.append(name, String(value));
  };
  add('q', search.text);
  add('not', search.exclude);
  add('like', search.like);
  add('photo', search.photo);
  add('image', search.imageUrl);
  add('part', search.region && formatRegion(search.region));
  for (const category of search.categories) add('category', category);
  for (const [name, values] of Object.entries(search.attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const value of values) add(`${ATTRIBUTE}${name}`, value);
  }
  add('min', search.minPrice);
  add('max', search.maxPrice);
  add('stock', search.inStock && 1);
  add('sort', search.sort !== 'RELEVANCE' && search.sort);
  for (const words of search.leaveAlone) add('words', words);
  add('typed', search.asTyped && 1);
  add('collapse', search.collapsed && 1);
  add('vary', search.varied && 1);
  add('product', search.product);
  const query = params.toString();
  return query === '' ? '/' : `/?${query}`;
}

function parseNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return text !== undefined && Number.isFinite(number) && number >= 0 ? number : undefined;
}

function formatRegion({ x, y, width, height }: Region): string {
  return [x, y, width, height].map((fraction) => fraction.toFixed(3)).join(',');
}

function parseRegion(text: string | undefined): Region | undefined {
  const [x, y, width, height] = (text ?? '').split(',').map(Number);
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  const fits = [x, y, width, height].every((fraction) => fraction >= 0 && fraction <= 1);
  return fits && x + width <= 1.001 && y + height <= 1.001 ? { x, y, width, height } : undefined;
}
