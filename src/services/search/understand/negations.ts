import type { LanguageTable, NegationCue } from './language-table.ts';
import { mainMeaning } from './positives.ts';
import { endOfPhrase, type Token } from './tokens.ts';
import type { Finding } from './types.ts';
import type { FoundValue } from './values.ts';

/** A text in parts, and what the rest of the reading knows of it. */
export interface NegationContext {
  tokens: readonly Token[];
  table: LanguageTable;
  /** What the catalogue calls what begins here. */
  valueAt(place: number): FoundValue | undefined;
  /** Whether another condition begins here. */
  isConditionAt(place: number): boolean;
  isStopWord(stem: string): boolean;
}

/** More than anybody lists. */
const MAX_THINGS = 10;

/**
 * The negation that begins at `from`: `not red or blue`, `without hood`; one finding for each thing that it is about. None
 * where it could be about more or less than what is read.
 */
export function readNegation(context: NegationContext, from: number): Finding[] {
  const { tokens, table } = context;
  if (table.notNegatedAfter.has(tokens[from - 1]?.form ?? '')) return [];
  for (const cue of table.negations) {
    const start = endOfPhrase(tokens, from, cue.phrases);
    if (start === undefined) continue;
    return readList(context, cue, from, start);
  }
  return [];
}

function readList(context: NegationContext, cue: NegationCue, from: number, start: number): Finding[] {
  const { tokens, table } = context;
  const findings: Finding[] = [];
  let first = from;
  let at: number | undefined = start;
  while (at !== undefined && findings.length < MAX_THINGS) {
    const thing = readThing(context, cue, first, at);
    // Half of what was meant is worse than nothing of it.
    if (thing === undefined) return [];
    findings.push(thing);
    const { form = '' } = tokens[thing.to] ?? {};
    const next = thing.to + 1;
    at = undefined;
    // `not red, blue`: more of what is not wanted, or what is wanted instead?
    if (form === ',' && context.valueAt(next)?.meanings[0]?.field === thing.understood.field) return [];
    const isAnd = table.listAnd.has(form);
    if (!isAnd && !table.or.has(form)) continue;
    // `no logo and in black`: something new begins, and what was read stands.
    if (isAnd && !isThingAt(context, next)) continue;
    if (isAnd && !cue.isContinuedByAnd) return [];
    first = thing.to;
    at = next;
  }
  return findings;
}

/** Whether a value or a word that says something begins here. */
function isThingAt({ tokens, table, valueAt, isConditionAt, isStopWord }: NegationContext, at: number): boolean {
  const token = tokens[at];
  if (token === undefined || token.kind !== 'word' || table.closers.has(token.form) || isConditionAt(at)) return false;
  return valueAt(at) !== undefined || !token.words.every(({ stem }) => isStopWord(stem));
}

/** What is negated at `start`; its words begin at `from`. */
function readThing(context: NegationContext, cue: NegationCue, from: number, start: number): Finding | undefined {
  const { tokens, table } = context;
  let at = start;
  const isHyphenated = tokens[at]?.form === '-' && tokens[at]?.isGlued === true;
  if (isHyphenated) at += 1;
  let takesWords = cue.takesWords && !isHyphenated;
  for (let fillers = 0; fillers < 3 && table.fillers.has(tokens[at]?.form ?? ''); fillers += 1) {
    if (context.valueAt(at) !== undefined) break;
    if (table.fillersOfValues.has(tokens[at]?.form ?? '')) takesWords = false;
    at += 1;
  }
  const { form = '' } = tokens[at] ?? {};
  const value = context.valueAt(at);
  const isOtherWord = cue.not.has(form);
  if (value !== undefined && !value.isWeak && !isOtherWord) return withoutValue(context, value, from);
  return takesWords && !isOtherWord ? withoutWord(context, from, at) : undefined;
}

/** What is not wanted is what the words usually mean; where that is not clear, none of it. */
function withoutValue({ table }: NegationContext, { to, meanings }: FoundValue, from: number): Finding | undefined {
  const clear = mainMeaning(meanings);
  const unwanted = clear ? [clear] : meanings;
  const [main] = unwanted;
  const label = main?.values[0];
  if (main === undefined || label === undefined) return undefined;
  const categories = unwanted.filter(({ isCategory }) => isCategory).flatMap(({ values }) => values);
  const attributes = unwanted
    .filter(({ isCategory }) => !isCategory)
    .map(({ field, values }) => ({ name: field, anyOf: values }));
  return {
    from,
    to,
    understood: {
      field: main.field,
      label: table.labels.not(label),
      negated: true,
      min: null,
      max: null,
      value: label,
    },
    conditions: {
      without: { ...(categories.length > 0 && { categories }), ...(attributes.length > 0 && { attributes }) },
    },
  };
}

/** One word of two letters at least that nothing else belongs to. */
function withoutWord(context: NegationContext, from: number, at: number): Finding | undefined {
  const { tokens, table, isStopWord } = context;
  const token = tokens[at];
  if (token?.kind !== 'word' || !/^\p{L}[\p{L}\p{M}]{2,}$/u.test(token.form)) return undefined;
  if (token.words.every(({ stem }) => isStopWord(stem)) || !endsThing(context, at + 1)) return undefined;
  return {
    from,
    to: at + 1,
    understood: {
      field: 'text',
      label: table.labels.not(token.form),
      negated: true,
      min: null,
      max: null,
      value: token.form,
    },
    conditions: {},
    exclude: token.form,
  };
}

/** Whether the word before stands by itself: it is no part of a longer name of something. */
function endsThing({ tokens, table, valueAt, isConditionAt, isStopWord }: NegationContext, at: number): boolean {
  const next = tokens[at];
  if (next === undefined) return true;
  if (next.kind === 'sign') return /^[,;.!?)]$/.test(next.form);
  if (table.closers.has(next.form) || next.words.every(({ stem }) => isStopWord(stem))) return true;
  return isConditionAt(at) || valueAt(at) !== undefined;
}
