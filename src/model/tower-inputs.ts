import type { ImageSpec } from './image/spec.ts';
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

/**
 * Makes what turns images into `pixel_values`, [batch, 3, height, width], as `spec` asks for: each an array of 3 x width x
 * height bytes, pixel by pixel (red, green, blue), becomes three planes of rescaled, normalised numbers.
 */
export function createImageInputs(spec: ImageSpec): (images: readonly Uint8Array[]) => Inputs {
  const { width, height } = spec;
  const pixelCount = width * height;
  // For each channel, what each of the 256 values becomes.
  const tables = [0, 1, 2].map((channel) => {
    const mean = spec.mean[channel] ?? 0;
    const std = spec.std[channel] ?? 1;
    return Float32Array.from({ length: 256 }, (_, value) => (value * spec.scale - mean) / std);
  });
  return (images) => {
    const data = new Float32Array(images.length * 3 * pixelCount);
    for (const [row, pixels] of images.entries()) {
      for (const [channel, table] of tables.entries()) {
        const plane = (3 * row + channel) * pixelCount;
        for (let pixel = 0; pixel < pixelCount; pixel += 1) {
          data[plane + pixel] = table[pixels[3 * pixel + channel] ?? 0] ?? 0;
        }
      }
    }
    return { pixel_values: { data, dims: [images.length, 3, height, width] } };
  };
}
