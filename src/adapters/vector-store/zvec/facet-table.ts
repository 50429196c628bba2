import type { StoredProduct } from '../../../product.ts';
import type { ProductFilter, StoreStats, Window } from '../types.ts';

/**
 * What filters and figures need to know of every product, in memory: exact totals at any size without asking the engine
 * for lists.
 */
export interface FacetTable {
  readonly size: number;
  /** Adds or replaces the product under `key`. */
  set(key: string, product: StoredProduct): void;
  /** Whether there was one under `key`. */
  delete(key: string): boolean;
  has(key: string): boolean;
  /** The product's id; undefined when nothing is under `key`. */
  idOf(key: string): string | undefined;
  count(filter: ProductFilter | undefined): number;
  /** Ids of the products that satisfy the filter, in their order; those of one window. */
  idsInOrder(filter: ProductFilter | undefined, window: Window): string[];
  stats(): Omit<StoreStats, 'name'>;
}

const MAX_TOTALS = 200;

interface Row {
  id: string;
  category: string;
  price: number;
  inStock: boolean;
  /** Attributes as `attributeTerm` writes them. */
  attributes: readonly string[];
}

export function createFacetTable(): FacetTable {
  const rows = new Map<string, Row>();
  const intern = createStringPool();
  /** All rows by id, and the price range: derived when somebody asks, dropped by the writes that change them. */
  let inOrder: Row[] | undefined;
  let prices: { min: number; max: number } | undefined;
  /** Totals by filter since the last write: a search and its total ask for the same one. */
  const totals = new Map<string, number>();

  const remove = (key: string): Row | undefined => {
    totals.clear();
    const row = rows.get(key);
    if (row === undefined) return undefined;
    rows.delete(key);
    for (const text of [row.category, ...row.attributes]) intern.release(text);
    prices = undefined;
    return row;
  };
  const rowsInOrder = (): Row[] => {
    inOrder ??= [...rows.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
    return inOrder;
  };

  return {
    get size() {
      return rows.size;
    },
    set(key, product) {
      remove(key);
      inOrder = undefined;
      prices = undefined;
      const { id, price, inStock } = product;
      const attributes = product.attributes.map(({ name, value }) => intern.take(attributeTerm(name, value)));
      rows.set(key, { id, category: intern.take(product.category), price, inStock, attributes });
    },
    delete(key) {
      inOrder = undefined;
      return remove(key) !== undefined;
    },
    has: (key) => rows.has(key),
    idOf: (key) => rows.get(key)?.id,
    count(filter) {
      const matches = createMatcher(filter);
      if (matches === undefined) return rows.size;
      // Numbers as text: JSON has no infinity.
      const name = JSON.stringify(filter, (_key, value: unknown) =>
        typeof value === 'number' ? String(value) : value,
      );
      const known = totals.get(name);
      if (known !== undefined) return known;
      let count = 0;
      for (const row of rows.values()) if (matches(row)) count += 1;
      if (totals.size >= MAX_TOTALS) totals.clear();
      totals.set(name, count);
      return count;
    },
    idsInOrder(filter, { offset, limit }) {
      const matches = createMatcher(filter);
      const matching = matches === undefined ? rowsInOrder() : rowsInOrder().filter(matches);
      return matching.slice(offset, offset + limit).map(({ id }) => id);
    },
    stats() {
      const counts = new Map<string, number>();
      for (const { category } of rows.values()) counts.set(category, (counts.get(category) ?? 0) + 1);
      const categories = Array.from(counts, ([category, count]) => ({ category, count }));
      categories.sort((left, right) => right.count - left.count || (left.category < right.category ? -1 : 1));
      prices ??= priceRange(rows.values());
      const { min: priceMin, max: priceMax } = rows.size === 0 ? { min: null, max: null } : prices;
      return { productCount: rows.size, categories, priceMin, priceMax };
    },
  };
}

/** The filter as a test of a row; undefined when it holds for every row. */
function createMatcher(filter: ProductFilter | undefined): ((row: Row) => boolean) | undefined {
  const { categories, price, inStock, attributes = [] } = filter ?? {};
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = price ?? {};
  const allowed = categories && new Set(categories);
  const required = attributes.map(({ name, anyOf }) => new Set(anyOf.map((value) => attributeTerm(name, value))));
  if (!allowed && price === undefined && inStock === undefined && required.length === 0) return undefined;
  return (row) =>
    (inStock === undefined || row.inStock === inStock) &&
    row.price >= min &&
    row.price <= max &&
    (allowed === undefined || allowed.has(row.category)) &&
    required.every((terms) => row.attributes.some((term) => terms.has(term)));
}

/** Name and value as one string; where one ends and the other begins stays clear. */
function attributeTerm(name: string, value: string): string {
  return JSON.stringify([name, value]);
}

function priceRange(rows: Iterable<Row>): { min: number; max: number } {
  const range = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  for (const { price } of rows) {
    if (price < range.min) range.min = price;
    if (price > range.max) range.max = price;
  }
  return range;
}

/** Keeps one copy of equal strings, as long as somebody uses it: `color=red` of ten thousand products is one string. */
function createStringPool(): { take(text: string): string; release(text: string): void } {
  const pool = new Map<string, { text: string; uses: number }>();
  return {
    take(text) {
      const pooled = pool.get(text) ?? { text, uses: 0 };
      pooled.uses += 1;
      pool.set(pooled.text, pooled);
      return pooled.text;
    },
    release(text) {
      const pooled = pool.get(text);
      if (pooled === undefined) return;
      pooled.uses -= 1;
      if (pooled.uses === 0) pool.delete(text);
    },
  };
}
