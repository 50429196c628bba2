import type { LanguageTable } from './language-table.ts';
import { endOfPhrase, type Token } from './tokens.ts';
import type { Finding } from './types.ts';
import type { FoundValue, Meaning, ValueIndex } from './values.ts';

/** Of two things that a word can mean, the one that so many times as many products have is meant. */
const CLEARLY_MORE = 2;
/** A word means a value where at least this share of the products that have the word have the value. */
const MOSTLY = 0.5;

/** What the text says of stock from `from` on. */
export function readStock(tokens: readonly Token[], table: LanguageTable, from: number): Finding | undefined {
  const out = endOfPhrase(tokens, from, table.outOfStock);
  const alone = endOfPhrase(tokens, from, table.available);
  const isAtEnd = alone !== undefined && /^([,;.!?)]|and|but)?$/.test(tokens[alone]?.form ?? '');
  const to = endOfPhrase(tokens, from, table.inStock) ?? out ?? (isAtEnd ? alone : undefined);
  if (to === undefined) return undefined;
  const isIn = to !== out;
  const label = isIn ? table.labels.inStock : table.labels.outOfStock;
  return {
    from,
    to,
    understood: { field: 'inStock', label, negated: !isIn, min: null, max: null, value: String(isIn) },
    conditions: { inStock: isIn },
  };
}

/** `size 42`: where the name of its attribute stands before it, any value is clear. */
export function readNamedValue(tokens: readonly Token[], values: ValueIndex, from: number): Finding | undefined {
  const named = values.findName(tokens, from);
  if (named === undefined) return undefined;
  const start = tokens[named.to]?.form === ':' ? named.to + 1 : named.to;
  const found = values.find(tokens, start);
  const meaning = found?.meanings.find(({ field, isCategory }) => !isCategory && field === named.name);
  return found && meaning && wanting(meaning, from, found.to);
}

/** What words mean that could mean several things; undefined where none of them is clearly the usual one. */
export function mainMeaning([main, other]: readonly Meaning[]): Meaning | undefined {
  return main && other && main.count < CLEARLY_MORE * other.count ? undefined : main;
}

/** A value that its words clearly mean. */
export function readValue(
  tokens: readonly Token[],
  table: LanguageTable,
  from: number,
  { to, meanings, isWeak, wordCount }: FoundValue,
): Finding | undefined {
  const main = mainMeaning(meanings);
  if (main === undefined || isWeak || main.count < MOSTLY * wordCount) return undefined;
  if (table.notValuesAfter.has(tokens[from - 1]?.form ?? '') || isPartOfWord(tokens, from, to)) return undefined;
  const next = tokens[to]?.form === '-' ? tokens[to + 1] : tokens[to];
  if (table.notValuesBefore.has(next?.form ?? '')) return undefined;
  return wanting(main, from, to);
}

/** Whether a hyphen or an apostrophe makes one word of this and its neighbour: `off-white`; `men's` is none. */
function isPartOfWord(tokens: readonly Token[], from: number, to: number): boolean {
  const isJoint = (place: number) => {
    const [sign, next] = [tokens[place], tokens[place + 1]];
    return sign !== undefined && /^[-–'’&+/]$/.test(sign.form) && sign.isGlued && next?.isGlued === true;
  };
  const isPossessive = /^['’]$/.test(tokens[to]?.form ?? '') && tokens[to + 1]?.form === 's';
  return isJoint(from - 1) || (isJoint(to) && !isPossessive);
}

function wanting({ field, isCategory, values, wider }: Meaning, from: number, to: number): Finding {
  const label = values[0] ?? '';
  return {
    from,
    to,
    understood: { field, label, negated: false, min: null, max: null, value: label },
    conditions: isCategory ? { categories: values } : { attributes: [{ name: field, anyOf: [...values, ...wider] }] },
    keepsWords: true,
  };
}
