import type { ProductFilter } from '../../../adapters/vector-store/types.ts';

/** A condition that was read from a text. */
export interface Understood {
  /** What it was read from, as it was typed. */
  words: string;
  /** `price`, `inStock`, `category`, the name of an attribute, or `text` for a word to steer away from. */
  field: string;
  /** What it says, for a shopper to see: `under 50`, `not leather`. */
  label: string;
  negated: boolean;
  /** Of prices, both ends included. */
  min: number | null;
  max: number | null;
  /** The category, the value of the attribute, `true` or `false` for stock, or the word. */
  value: string | null;
}

/** What a text says. */
export interface Reading {
  /** In the order of the text. */
  understood: Understood[];
  /** What must hold, all of it. */
  conditions: ProductFilter;
  /** Words to steer away from. */
  exclude: string | undefined;
  /** What is left to look for; empty where all of the text was conditions. */
  rest: string;
  /** Words of `rest` that nothing was read from; empty where whatever satisfies the conditions was looked for. */
  others: string;
}

/** One thing that was read: where it stands, and what it adds. */
export interface Finding {
  /** The tokens from `from` up to `to`, which is not in it. */
  from: number;
  to: number;
  understood: Omit<Understood, 'words'>;
  /** Adds nothing where its words are only to be steered away from. */
  conditions: ProductFilter;
  exclude?: string;
  /** Whether its words also say what is looked for. */
  keepsWords?: boolean;
}
