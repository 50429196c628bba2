import type { LanguageTable } from './language-table.ts';
import { endOfPhrase, type Token } from './tokens.ts';
import type { Finding } from './types.ts';

/** A text in parts, and what the rest of the reading knows of it. */
export interface PriceContext {
  tokens: readonly Token[];
  table: LanguageTable;
  /** Whether something of the catalogue's own vocabulary begins here. */
  isValueAt(place: number): boolean;
  /** Whether a product has this word. */
  isCatalogueWord(stem: string): boolean;
}

/** A number that could be a price, the currency beside it included. */
interface Amount {
  value: number;
  to: number;
  hasCurrency: boolean;
}

/** Bounds of a price, and where the words for them end. */
interface Bounds {
  min?: number;
  max?: number;
  to: number;
}

/** Words before a price that belong to it: `at a price of under 50`. */
const MAX_PREFIXES = 3;

/** The price phrase that begins at `from`; undefined where there is none that can be nothing else. */
export function readPrice(context: PriceContext, from: number): Finding | undefined {
  const { tokens, table } = context;
  let isSure = false;
  for (let at = from; at <= from + MAX_PREFIXES; at += 1) {
    const isMeasure = !isSure && table.notPricesBefore.has(tokens[from - 1]?.form ?? '');
    const bounds =
      readRange(context, at, isSure) ?? readCue(context, at, isSure) ?? readAmountFirst(context, at, isSure);
    if (bounds !== undefined) return isMeasure ? undefined : toFinding(context, from, bounds);
    const { form = '' } = tokens[at] ?? {};
    if (!table.pricePrefixes.has(form)) return undefined;
    isSure ||= table.pricePrefixesAlone.has(form);
  }
  return undefined;
}

function toFinding({ table: { labels } }: PriceContext, from: number, { min, max, to }: Bounds): Finding {
  const [lowest, highest] = [min ?? 0, max ?? 0];
  const label =
    min === undefined
      ? labels.under(highest)
      : max === undefined
        ? labels.over(lowest)
        : labels.between(lowest, highest);
  return {
    from,
    to,
    understood: { field: 'price', label, negated: false, min: min ?? null, max: max ?? null, value: null },
    conditions: { price: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) } },
  };
}

/** `between 20 and 40`, `from 20 to 40`, `20-40`. */
function readRange({ tokens, table, ...rest }: PriceContext, at: number, isSure: boolean): Bounds | undefined {
  const context = { tokens, table, ...rest };
  const afterBetween = endOfPhrase(tokens, at, table.between);
  const start = afterBetween ?? endOfPhrase(tokens, at, table.from) ?? at;
  const first = amountAt(context, start);
  const joint = first && tokens[first.to];
  const joins = afterBetween === undefined ? table.to : table.and;
  if (first === undefined || joint === undefined || !joins.has(joint.form)) return undefined;
  const second = amountAt(context, first.to + 1);
  if (second === undefined || isInChain(tokens, start - 1, second.to)) return undefined;
  const [min, max] = [Math.min(first.value, second.value), Math.max(first.value, second.value)];
  // `80-50` is no range, and `between 40 and 20` is one.
  if (min === max || (afterBetween === undefined && first.value > second.value)) return undefined;
  const bounds = { min, max, to: second.to };
  if (isSure || first.hasCurrency || second.hasCurrency) return bounds;
  if (tokens.some(({ form }) => table.notPriceRanges.has(form))) return undefined;
  if (max < 10 || (isYear(min) && isYear(max)) || !isComplete(context, second.to, true)) return undefined;
  if (start > at) return bounds;
  return joint.kind === 'sign' && isPlainRange(context, first, second) ? bounds : undefined;
}

/** A range without any word or currency: of round numbers that say nothing else in this catalogue. */
function isPlainRange({ isCatalogueWord }: PriceContext, first: Amount, second: Amount): boolean {
  const isRound = ({ value }: Amount) => value >= 10 && value % 5 === 0 && !isCatalogueWord(String(value));
  return isRound(first) && isRound(second);
}

/** `10-20-30`, `a-20-30`: part of something longer. */
function isInChain(tokens: readonly Token[], before: number, after: number): boolean {
  const isHyphen = (place: number) => /^[-–—/]$/.test(tokens[place]?.form ?? '');
  return isHyphen(before) || isHyphen(after);
}

/** `under 50`, `at least $30`, `from 100`. */
function readCue(context: PriceContext, at: number, isSure: boolean): Bounds | undefined {
  const { tokens, table } = context;
  for (const { phrases, bound, least, beforeValues, takesYears } of table.cues) {
    const start = endOfPhrase(tokens, at, phrases);
    const amount = start === undefined ? undefined : amountAt(context, start);
    if (amount === undefined || amount.value <= 0) continue;
    const { value, to, hasCurrency } = amount;
    const isClear = value >= least && (takesYears || !isYear(value)) && isComplete(context, to, beforeValues);
    if (!isSure && !hasCurrency && !isClear) continue;
    return bound === 'min' ? { min: value, to } : { max: value, to };
  }
  return undefined;
}

/** `50 € or less`. */
function readAmountFirst(context: PriceContext, at: number, isSure: boolean): Bounds | undefined {
  const amount = amountAt(context, at);
  if (amount === undefined || !(amount.hasCurrency || isSure) || amount.value <= 0) return undefined;
  const { value, to } = amount;
  const { tokens, table } = context;
  const endOfLess = endOfPhrase(tokens, to, table.orLess);
  if (endOfLess !== undefined) return { max: value, to: endOfLess };
  const endOfMore = endOfPhrase(tokens, to, table.orMore);
  return endOfMore === undefined ? undefined : { min: value, to: endOfMore };
}

/** The amount that begins here: `50`, `$50`, `50 €`; undefined for a number with a unit, or one that could be two. */
function amountAt({ tokens, table }: PriceContext, at: number): Amount | undefined {
  const isCurrency = (place: number) => table.currencies.has(tokens[place]?.form ?? '');
  const isBefore = isCurrency(at);
  const number = tokens[isBefore ? at + 1 : at];
  if (number?.kind !== 'number' || number.value === undefined) return undefined;
  let to = isBefore ? at + 2 : at + 1;
  const isBehind = !isBefore && isCurrency(to);
  if (isBehind) to += 1;
  const hasCurrency = isBefore || isBehind || number.hasCurrency;
  const next = tokens[to];
  // `to` and `-` go on to another number, which has its own unit.
  if (!hasCurrency && next !== undefined && isUnit(table, tokens, to)) return undefined;
  return { value: number.value, to, hasCurrency };
}

function isUnit(table: LanguageTable, tokens: readonly Token[], at: number): boolean {
  const { form = '' } = tokens[at] ?? {};
  if (form === 'in') return tokens[at + 1] === undefined || table.inches.has(tokens[at + 1]?.form ?? '');
  // `50-inch`: the unit behind a hyphen.
  const isHyphenated = form === '-' && tokens[at]?.isGlued === true && table.units.has(tokens[at + 1]?.form ?? '');
  return table.units.has(form) || isHyphenated;
}

/** Whether a thought ends here, so that the number before it counts nothing that follows. */
function isComplete({ tokens, table, isValueAt }: PriceContext, at: number, beforeValues: boolean): boolean {
  const next = tokens[at];
  if (next === undefined || table.closers.has(next.form)) return true;
  if (next.kind === 'sign') return /^[,;.!?)]$/.test(next.form);
  return beforeValues && isValueAt(at);
}

const isYear = (value: number): boolean => Number.isInteger(value) && value >= 1900 && value < 2100;
