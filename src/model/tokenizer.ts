import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';

/** Turns text into token ids for the text tower. */
export interface Tokenizer {
  /** Token ids with start and end token, at most `maxLength`; what is longer is cut and keeps its end token. */
  encode(text: string): number[];
  readonly maxLength: number;
  /** Largest id that can occur. */
  readonly largestId: number;
  /** The token that fills up, where a model wants texts of equal length. */
  readonly padId: number;
  /** The length that the tokenizer's own file asks to fill up to; undefined where it does not. */
  readonly paddedLength: number | undefined;
}

const fileSchema = z.looseObject({
  model: z.looseObject({ type: z.string() }),
  truncation: z.looseObject({ max_length: z.int().positive() }).nullish(),
  padding: z.looseObject({ strategy: z.unknown(), pad_id: z.int().nonnegative() }).nullish(),
});
const fixedStrategySchema = z.object({ Fixed: z.int().positive() });

const configSchema = z.looseObject({
  model_max_length: z.number().positive().optional(),
  pad_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
});

/**
 * Creates the tokenizer of a `tokenizer.json` and its `tokenizer_config.json`. `positions` is how many tokens the text
 * tower has places for. Throws ZodError, or the library's error, for files that are not a tokenizer's.
 */
export function createTokenizer(file: unknown, config: unknown, positions: number): Tokenizer {
  const { truncation, padding } = fileSchema.parse(file);
  const { model_max_length: configured, pad_token: padToken } = configSchema.parse(config);
  const tokenizer = new HuggingFaceTokenizer(Object(file), Object(config));
  // Some configurations say 1e30 for "no limit of mine".
  const maxLength = Math.min(positions, configured ?? positions, truncation?.max_length ?? positions);
  const endToken = tokenizer.encode('').ids.at(-1);
  const padName = typeof padToken === 'string' ? padToken : padToken?.content;
  const fixed = fixedStrategySchema.safeParse(padding?.strategy);

  return {
    maxLength,
    largestId: [...tokenizer.get_vocab(true).values()].reduce((largest, id) => Math.max(largest, id), 0),
    padId: padding?.pad_id ?? (padName === undefined ? undefined : tokenizer.token_to_id(padName)) ?? endToken ?? 0,
    paddedLength: fixed.success ? Math.min(fixed.data.Fixed, maxLength) : undefined,
    encode(text) {
      const { ids } = tokenizer.encode(text);
      if (ids.length <= maxLength) return ids;
      return endToken === undefined ? ids.slice(0, maxLength) : [...ids.slice(0, maxLength - 1), endToken];
    },
  };
}
