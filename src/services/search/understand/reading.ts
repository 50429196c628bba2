import type { ProductFilter } from '../../../adapters/vector-store/types.ts';
import type { LanguageTable } from './language-table.ts';
import type { Token } from './tokens.ts';
import type { Finding, Reading } from './types.ts';

/** What is made of the findings in a text: conditions, and what is left of it. */
export function toReading(
  text: string,
  tokens: readonly Token[],
  table: LanguageTable,
  findings: readonly Finding[],
  wordsOf: (finding: Finding) => string,
): Reading {
  const cut = new Set<number>();
  for (const { from, to, keepsWords = false } of findings) {
    for (let at = from; at < to && !keepsWords; at += 1) cut.add(at);
  }
  let rest = restOf(text, tokens, table, cut);
  let read = findings;
  if (rest === '' && findings.some(({ exclude }) => exclude !== undefined)) {
    // There is nothing to steer away from something: then it is what is looked for.
    read = findings.filter(({ exclude }) => exclude === undefined);
    const back = findings.filter(({ exclude }) => exclude !== undefined);
    for (const { from, to } of back) for (let at = from; at < to; at += 1) cut.delete(at);
    rest = restOf(text, tokens, table, cut);
  }
  const excluded = read.flatMap(({ exclude }) => exclude ?? []);
  return {
    understood: read.map((finding) => ({ words: wordsOf(finding), ...finding.understood })),
    conditions: combine(read.map(({ conditions }) => conditions)),
    exclude: excluded.length > 0 ? excluded.join(' ') : undefined,
    rest,
    others: othersOf(tokens, table, read),
  };
}

/** The words outside of what was read, without those that join. */
function othersOf(tokens: readonly Token[], table: LanguageTable, read: readonly Finding[]): string {
  const isOther = ({ kind, form }: Token, at: number) =>
    kind !== 'sign' && !table.joints.has(form) && !read.some(({ from, to }) => from <= at && at < to);
  return tokens
    .filter(isOther)
    .map(({ form }) => form)
    .join(' ');
}

/** What is left when tokens are taken out, without the words that joined them to it. */
function restOf(text: string, tokens: readonly Token[], table: LanguageTable, cut: ReadonlySet<number>): string {
  if (cut.size === 0) return text;
  const isJoint = (at: number) => table.joints.has(tokens[at]?.form ?? '');
  const left = tokens.map((_, at) => at).filter((at) => !cut.has(at));
  while (left.length > 0 && isJoint(left[0] ?? 0)) left.shift();
  while (left.length > 0 && isJoint(left.at(-1) ?? 0)) left.pop();
  return left
    .map((at, place) => {
      const token = tokens[at];
      const isBehind = place > 0 && left[place - 1] === at - 1 && token?.isGlued === true;
      return `${isBehind || place === 0 ? '' : ' '}${text.slice(token?.start, token?.end)}`;
    })
    .join('');
}

/** All of these conditions: of one attribute, or of categories, any; of prices what all of them allow. */
export function combine(all: readonly ProductFilter[]): ProductFilter {
  const categories = [...new Set(all.flatMap(({ categories: own = [] }) => own))];
  const attributes = byName(all.flatMap(({ attributes: own = [] }) => own));
  const unwanted = {
    categories: [...new Set(all.flatMap(({ without }) => without?.categories ?? []))],
    attributes: byName(all.flatMap(({ without }) => without?.attributes ?? [])),
  };
  const minima = all.flatMap(({ price }) => price?.min ?? []);
  const maxima = all.flatMap(({ price }) => price?.max ?? []);
  const stock = all.flatMap(({ inStock }) => inStock ?? []);
  const [isIn] = stock;
  return {
    ...(categories.length > 0 && { categories }),
    ...(attributes.length > 0 && { attributes }),
    ...(minima.length + maxima.length > 0 && {
      price: {
        ...(minima.length > 0 && { min: Math.max(...minima) }),
        ...(maxima.length > 0 && { max: Math.min(...maxima) }),
      },
    }),
    ...(isIn !== undefined && { inStock: isIn }),
    ...(unwanted.categories.length + unwanted.attributes.length > 0 && {
      without: {
        ...(unwanted.categories.length > 0 && { categories: unwanted.categories }),
        ...(unwanted.attributes.length > 0 && { attributes: unwanted.attributes }),
      },
    }),
  };
}

function byName(attributes: readonly { name: string; anyOf: readonly string[] }[]) {
  const groups = Map.groupBy(attributes, ({ name }) => name);
  return Array.from(groups, ([name, group]) => ({ name, anyOf: [...new Set(group.flatMap(({ anyOf }) => anyOf))] }));
}
