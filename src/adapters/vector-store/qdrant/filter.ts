import type { ProductFilter } from '../types.ts';
import type { Schemas } from './api.ts';
import { toPointId } from './point-id.ts';
import { apart } from './workarounds.ts';

/**
 * An attribute as one keyword, `name=value`. A `=` or `%` of the name is percent-encoded, so the first `=` always is
 * the border: `a=b`/`c` and `a`/`b=c` differ.
 */
export function encodeAttribute({ name, value }: { name: string; value: string }): string {
  return `${name.replace(/[%=]/g, encodeURIComponent)}=${value}`;
}

/** The attribute that `encodeAttribute` made a keyword of. */
export function decodeAttribute(keyword: string): { name: string; value: string } {
  const border = keyword.indexOf('=');
  const name = keyword.slice(0, border).replace(/%25|%3D/g, decodeURIComponent);
  return { name, value: keyword.slice(border + 1) };
}

/** Whether no product can satisfy the filter, since one of its lists is empty: then there is nothing to ask for. */
export function matchesNothing({ categories, attributes = [] }: ProductFilter): boolean {
  return categories?.length === 0 || attributes.some(({ anyOf }) => anyOf.length === 0);
}

// Qdrant ignores a field that it does not know, in a filter too, and the client's types let any object stand for a
// condition. So each part is declared to be what it is: then a misspelt field does not compile.

function isAnyOf(key: string, values: readonly string[]): Schemas['FieldCondition'] {
  const match: Schemas['MatchAny'] = { any: values.map((value) => value.toWellFormed()) };
  return { key, match };
}

function isWithin(key: string, { min, max }: { min?: number; max?: number }): Schemas['FieldCondition'] {
  const range: Schemas['Range'] = {};
  if (min !== undefined) range.gte = min;
  if (max !== undefined) range.lte = max;
  return { key, range };
}

/** That a field has this value, or one of a list does. */
export function equals(key: string, value: boolean | string): Schemas['FieldCondition'] {
  const match: Schemas['MatchValue'] = { value };
  return { key, match };
}

/** That a point is one of these. */
export function isOneOf(pointIds: readonly string[]): Schemas['HasIdCondition'] {
  return { has_id: [...pointIds] };
}

/** What a request asks for, as lists of conditions that can be added to. */
export interface Conditions {
  must: (Schemas['FieldCondition'] | Schemas['HasIdCondition'])[];
  must_not: (Schemas['FieldCondition'] | Schemas['HasIdCondition'])[];
}

/** The same conditions, and some more. */
export function withMore({ must, must_not }: Conditions, more: Conditions['must']): Conditions {
  return { must: [...must, ...more], must_not };
}

/** The same conditions, and that a field has none of these values. */
export function withNone({ must, must_not }: Conditions, key: string, values: readonly string[]): Conditions {
  return values.length === 0 ? { must, must_not } : { must, must_not: [...must_not, isAnyOf(key, values)] };
}

/** The conditions in Qdrant's words; undefined when every product satisfies them. */
export function toFilter({ must, must_not }: Conditions): Schemas['Filter'] | undefined {
  if (must.length === 0 && must_not.length === 0) return undefined;
  return { must: [...must, ...apart(must_not)] };
}

const keywordsOf = ({ name, anyOf }: { name: string; anyOf: readonly string[] }) =>
  anyOf.map((value) => encodeAttribute({ name, value }));

/** The conditions of a filter, without the products of `leaveOut`. Ask `matchesNothing` first. */
export function conditionsOf(filter: ProductFilter, leaveOut: readonly string[] = []): Conditions {
  const { categories, price, inStock, attributes = [], without = {} } = filter;
  const must: Conditions['must'] = [];
  const must_not: Conditions['must_not'] = leaveOut.length === 0 ? [] : [isOneOf(leaveOut.map(toPointId))];
  if (categories !== undefined) must.push(isAnyOf('category', categories));
  if (price?.min !== undefined || price?.max !== undefined) must.push(isWithin('price', price));
  if (inStock !== undefined) must.push(equals('inStock', inStock));
  for (const attribute of attributes) must.push(isAnyOf('attributes', keywordsOf(attribute)));
  if (without.categories?.length) must_not.push(isAnyOf('category', without.categories));
  const unwanted = without.attributes?.flatMap(keywordsOf) ?? [];
  if (unwanted.length > 0) must_not.push(isAnyOf('attributes', unwanted));
  return { must, must_not };
}
