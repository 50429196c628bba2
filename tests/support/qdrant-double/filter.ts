import type { Filter } from './shapes.ts';

export type Payload = Record<string, unknown>;

type Condition = NonNullable<Filter['must']>[number];

/** A field's values: a list's entries, or the one value it has. */
export function valuesOf(payload: Payload, key: string): unknown[] {
  const value = payload[key];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function holds({ key, match, range }: Condition, payload: Payload): boolean {
  const values = valuesOf(payload, key);
  if (match !== undefined) {
    const wanted: unknown[] = 'any' in match ? match.any : [match.value];
    return values.some((value) => wanted.includes(value));
  }
  if (range === undefined) return true;
  const { gte = Number.NEGATIVE_INFINITY, lte = Number.POSITIVE_INFINITY } = range;
  return values.some((value) => typeof value === 'number' && value >= gte && value <= lte);
}

/** Whether a payload satisfies every condition of a filter. */
export function matches(payload: Payload, filter: Filter | undefined): boolean {
  return (filter?.must ?? []).every((condition) => holds(condition, payload));
}
