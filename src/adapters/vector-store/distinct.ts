import type { StoredProduct } from '../../product.ts';

/** Variants collapse: at most `max` (at least 1) of the products that have one value of an attribute. */
export interface DistinctBy {
  attribute: string;
  max: number;
}

/**
 * The first `max` of each group, in the order of the list; what is in no group stays. What is left of the beginning of a
 * list is the beginning of what is left of the whole list.
 */
export function keepDistinct<Item>(
  list: readonly Item[],
  groupOf: (item: Item) => string | number | undefined,
  max: number,
): Item[] {
  const counts = new Map<string | number, number>();
  return list.filter((item) => {
    const group = groupOf(item);
    if (group === undefined) return true;
    const count = counts.get(group) ?? 0;
    counts.set(group, count + 1);
    return count < max;
  });
}

/** The group of a product: its first value of the attribute, in the order in which the shop sent them. */
export function groupOfAttributes(
  attributes: StoredProduct['attributes'],
  { attribute }: DistinctBy,
): string | undefined {
  return attributes.find(({ name }) => name === attribute)?.value;
}
