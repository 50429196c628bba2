import type { Inputs } from './session.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * How texts of different lengths share a batch. `longest`: filled up to the longest of the batch with the end token,
 * which changes nothing for CLIP, whose text tower is causal and reads the first end token. A number: always filled up
 * to that length with the tokenizer's padding, as the model was trained.
 */
export type Padding = 'longest' | number;

/** Makes `input_ids` and `attention_mask`, both [batch, length], of texts as token ids. */
export function toTextInputs(texts: readonly (readonly number[])[], padding: Padding, tokenizer: Tokenizer): Inputs {
  const length = padding === 'longest' ? Math.max(...texts.map((ids) => ids.length)) : padding;
  const ids = new Int32Array(texts.length * length);
  const mask = new Int32Array(texts.length * length);
  for (const [row, tokens] of texts.entries()) {
    const filler = padding === 'longest' ? (tokens.at(-1) ?? tokenizer.padId) : tokenizer.padId;
    for (let column = 0; column < length; column++) {
      ids[row * length + column] = tokens[column] ?? filler;
      mask[row * length + column] = column < tokens.length ? 1 : 0;
    }
  }
  const dims = [texts.length, length];
  return { input_ids: { data: ids, dims }, attention_mask: { data: mask, dims } };
}

/** Makes `pixel_values`, [batch, 3, height, width], of images as planes. */
export function toImageInputs(images: readonly Float32Array[], size: { width: number; height: number }): Inputs {
  const data = new Float32Array(images.length * 3 * size.height * size.width);
  for (const [row, planes] of images.entries()) data.set(planes, row * planes.length);
  return { pixel_values: { data, dims: [images.length, 3, size.height, size.width] } };
}
