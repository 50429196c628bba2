import type { ProductFilter } from '../types.ts';
import { attributeToken, categoryToken, FIELD } from './schema.ts';

/** zvec takes at most 32 values in one `contain_any`. */
const MAX_CONTAINED = 32;

/** A filter in zvec's terms: no condition at all, one that nothing can satisfy, or an expression. */
export type ZvecFilter = { kind: 'all' } | { kind: 'none' } | { kind: 'where'; expression: string };

/**
 * Translates a filter. Values go in as tokens (see `token`), so the expression never holds a character that a caller
 * chose. An empty any-of list, or a price bound that is no number, matches nothing.
 */
export function toZvecFilter(filter: ProductFilter | undefined): ZvecFilter {
  const { categories, price, inStock, attributes = [] } = filter ?? {};
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = price ?? {};
  if (categories?.length === 0 || attributes.some(({ anyOf }) => anyOf.length === 0)) return { kind: 'none' };
  if (!(min <= max) || min === Number.POSITIVE_INFINITY || max === Number.NEGATIVE_INFINITY) return { kind: 'none' };

  const conditions: string[] = [];
  if (categories !== undefined) conditions.push(`${FIELD.category} in (${quoted(categories.map(categoryToken))})`);
  if (Number.isFinite(min)) conditions.push(`${FIELD.price} >= ${min.toExponential()}`);
  if (Number.isFinite(max)) conditions.push(`${FIELD.price} <= ${max.toExponential()}`);
  if (inStock !== undefined) conditions.push(`${FIELD.inStock} = ${inStock}`);
  for (const { name, anyOf } of attributes) conditions.push(hasAny(anyOf.map((value) => attributeToken(name, value))));

  return conditions.length === 0 ? { kind: 'all' } : { kind: 'where', expression: conditions.join(' and ') };
}

function hasAny(tokens: readonly string[]): string {
  const alternatives: string[] = [];
  for (let start = 0; start < tokens.length; start += MAX_CONTAINED) {
    const some = tokens.slice(start, start + MAX_CONTAINED);
    alternatives.push(`${FIELD.attributes} contain_any (${quoted(some)})`);
  }
  return alternatives.length === 1 ? alternatives.join() : `(${alternatives.join(' or ')})`;
}

function quoted(tokens: readonly string[]): string {
  return tokens.map((value) => `'${value}'`).join(',');
}
