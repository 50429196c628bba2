import type { ProductFilter } from '../../../adapters/vector-store/types.ts';
import type { LanguageTable } from './language-table.ts';
import { readNegation } from './negations.ts';
import { readNamedValue, readStock, readValue } from './positives.ts';
import { readPrice } from './prices.ts';
import { toReading } from './reading.ts';
import { endOfPhrase, type Token, toTokens, type WordReader } from './tokens.ts';
import type { Finding, Reading } from './types.ts';
import type { FoundValue, ValueIndex } from './values.ts';

/** More than anybody asks for at once; what comes behind them is left as it is. */
const MAX_FINDINGS = 10;

/** What reading a text needs to know. */
export interface Knowledge {
  table: LanguageTable;
  reader: WordReader;
  values: ValueIndex;
}

/** What a caller says beside the text. */
export interface GivenConditions {
  /** Their own conditions: of a category, of an attribute or of stock that they name themselves nothing is read. */
  filter: ProductFilter;
  /** Words of earlier `Understood` that are only words. */
  leaveAlone?: readonly string[] | undefined;
}

/** Blanks and upper case make no difference to `leaveAlone`. */
const loosely = (words: string): string => words.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase();

/**
 * Reads conditions from a text: prices, stock, values of the catalogue and what is not wanted. Only what can hardly mean
 * anything else is read, since a wrong condition hides what was looked for. What prices, stock and negations were read
 * from is not in `rest`; the words of values are, for they also say what things look like.
 */
export function understand(text: string, { table, reader, values }: Knowledge, given: GivenConditions): Reading {
  const tokens = toTokens(text, reader, table.currencies);
  const valueAt = (place: number): FoundValue | undefined => {
    const found = values.find(tokens, place);
    const isEmpty = tokens.slice(place, found?.to).every(({ form }) => table.emptyValues.has(form));
    return found && { ...found, isWeak: found.isWeak || isEmpty };
  };
  const isValueAt = (place: number) => {
    const found = valueAt(place);
    return found !== undefined && !found.isWeak;
  };
  const priceAt = (place: number) => readPrice({ tokens, table, isValueAt, isCatalogueWord: values.hasWord }, place);
  const stockAt = (place: number) => readStock(tokens, table, place);
  const isConditionAt = (place: number) => priceAt(place) !== undefined || stockAt(place) !== undefined;
  const negationsAt = (place: number) =>
    readNegation({ tokens, table, valueAt, isConditionAt, isStopWord: reader.isStopWord }, place);
  const positiveAt = (place: number, found: FoundValue | undefined) =>
    readNamedValue(tokens, values, place) ?? (found && readValue(tokens, table, place, found));

  const findings: Finding[] = [];
  /** Behind a negation that was not read nobody knows what is wanted, up to the end of the sentence. */
  let isUnsure = false;
  let isPart = false;
  for (let at = 0; at < tokens.length && findings.length < MAX_FINDINGS; ) {
    const found = valueAt(at);
    const isName = found !== undefined && !found.isWeak && wordsIn(tokens, at, found.to) > 1;
    // A name of several words is that name, whatever it begins with: `Under Armour`, `No Name`.
    const finding = isName ? undefined : (priceAt(at) ?? stockAt(at));
    const negated = isName || finding !== undefined ? [] : negationsAt(at);
    const { form = '' } = tokens[at] ?? {};
    if (/^[;.!?]$/.test(form)) isUnsure = false;
    // What follows `with` is about a part: `with white cuffs`.
    isPart = !/^[,;.!?]$/.test(form) && !table.endsOfParts.has(form) && (isPart || table.parts.has(form));
    if (!isName && finding === undefined && negated.length === 0) isUnsure ||= isNegation(tokens, table, at);
    const positive = finding || negated.length > 0 || isUnsure || isPart ? undefined : positiveAt(at, found);
    findings.push(...[...(finding ? [finding] : []), ...negated, ...(positive ? [positive] : [])]);
    at = Math.max(at + 1, isName ? found.to : 0, findings.at(-1)?.to ?? 0);
  }
  const left = new Set(given.leaveAlone?.map(loosely));
  const wordsOf = ({ from, to }: Finding) => text.slice(tokens[from]?.start, tokens[to - 1]?.end);
  const kept = findings
    .slice(0, MAX_FINDINGS)
    .filter(
      (finding, _, all) =>
        !isContradicted(finding, all) && !left.has(loosely(wordsOf(finding))) && !isGiven(finding, given.filter),
    );
  return toReading(text, tokens, table, kept, wordsOf);
}

/** `orange, not orange`: the first one is no condition, then. */
const isContradicted = ({ keepsWords, understood: { field, value } }: Finding, all: readonly Finding[]): boolean =>
  keepsWords === true &&
  all.some(({ understood }) => understood.negated && understood.field === field && understood.value === value);

const isNegation = (tokens: readonly Token[], table: LanguageTable, from: number): boolean =>
  table.negations.some(({ phrases }) => endOfPhrase(tokens, from, phrases) !== undefined);

const wordsIn = (tokens: readonly Token[], from: number, to: number): number =>
  tokens.slice(from, to).reduce((sum, { words }) => sum + words.length, 0);

/** Whether the caller has a condition of their own on what this is about; prices narrow each other instead. */
function isGiven({ conditions }: Finding, { categories, inStock, attributes = [] }: ProductFilter): boolean {
  const names = new Set(attributes.map(({ name }) => name));
  return (
    (conditions.categories !== undefined && categories !== undefined) ||
    (conditions.inStock !== undefined && inStock !== undefined) ||
    (conditions.attributes?.some(({ name }) => names.has(name)) ?? false)
  );
}
