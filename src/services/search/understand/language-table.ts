import type { Phrases } from './tokens.ts';

/** How sure a phrase says that the number behind it is a price, when no currency does. */
interface PriceCue {
  phrases: Phrases;
  bound: 'min' | 'max';
  /** Smaller numbers mean something else: people, pieces, ages. `Infinity`: only a currency says that it is a price. */
  least: number;
  /** Whether what the catalogue has may follow: `under 30 shoes`. Otherwise only the end of a thought may. */
  beforeValues: boolean;
  /** Whether numbers that could be years are taken. */
  takesYears: boolean;
}

/** Everything that a language says in words of its own. Words as the stores read them: lower case, no accents. */
export interface LanguageTable {
  currencies: ReadonlySet<string>;
  /** Words that a price phrase may begin with, and of them those that can be about nothing but a price. */
  pricePrefixes: ReadonlySet<string>;
  pricePrefixesAlone: ReadonlySet<string>;
  cues: readonly PriceCue[];
  between: Phrases;
  from: Phrases;
  and: ReadonlySet<string>;
  to: ReadonlySet<string>;
  /** Behind an amount with a currency: `50 € or less`. */
  orLess: Phrases;
  orMore: Phrases;
  /** Behind a number: it is no price. */
  units: ReadonlySet<string>;
  /** Behind `in`, which is a unit then and where nothing follows. */
  inches: ReadonlySet<string>;
  /** Before a phrase: its number is no price. */
  notPricesBefore: ReadonlySet<string>;
  /** Anywhere in a text: a bare range of numbers in it is none of prices. */
  notPriceRanges: ReadonlySet<string>;
  inStock: Phrases;
  outOfStock: Phrases;
  /** Says it only at the end of a thought. */
  available: Phrases;
  /** What ends a thought: what stands before it is complete. */
  closers: ReadonlySet<string>;
  negations: readonly NegationCue[];
  /** Between a negation and what it is about. */
  fillers: ReadonlySet<string>;
  /** Of them, those after which only values of the catalogue are taken. */
  fillersOfValues: ReadonlySet<string>;
  or: ReadonlySet<string>;
  listAnd: ReadonlySet<string>;
  /** Before a negation: it is about what stands there. */
  notNegatedAfter: ReadonlySet<string>;
  /** Before a value of the catalogue, or behind it: then it is not meant. */
  notValuesAfter: ReadonlySet<string>;
  notValuesBefore: ReadonlySet<string>;
  /** Before what a thing has, up to one of `endsOfParts`: no values of the thing itself are read there. */
  parts: ReadonlySet<string>;
  endsOfParts: ReadonlySet<string>;
  /** Values that say something only behind the name of their attribute. */
  emptyValues: ReadonlySet<string>;
  /** Left at the ends of a text when what stood there was taken out. */
  joints: ReadonlySet<string>;
  labels: {
    under(max: number): string;
    over(min: number): string;
    between(min: number, max: number): string;
    not(what: string): string;
    inStock: string;
    outOfStock: string;
  };
}

/** A word that negates what follows it. */
export interface NegationCue {
  phrases: Phrases;
  /** Whether words that are no values of the catalogue are taken, too. */
  takesWords: boolean;
  /** Whether an `and` continues it. */
  isContinuedByAnd: boolean;
  /** Words behind it that make another word of the two: `no show socks`. */
  not: ReadonlySet<string>;
}
