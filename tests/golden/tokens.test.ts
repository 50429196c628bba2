import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createTokenizer } from '../../src/model/tokenizer.ts';

/** CLIP's own tokenizer.json, which is not ours to commit: the variable holds its path. */
const clipTokenizer = process.env.CLIP_GOLDEN_TOKENIZER ?? '';

const cases = z.array(z.object({ text: z.string(), ids: z.array(z.int()) }));

function read(path: string | URL): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

const fixture = (name: string) => read(new URL(`data/${name}`, import.meta.url));
const mini = (name: string) => read(new URL(`../../models/mini/${name}`, import.meta.url));

describe('token ids equal those of the reference, or the model reads other words than the customer wrote', () => {
  test('16 texts in the vocabulary of mini', () => {
    const { encode } = createTokenizer(mini('tokenizer.json'), mini('tokenizer_config.json'), 77);
    const { texts } = z.object({ texts: cases }).parse(fixture('mini-embeddings.json'));
    expect(texts).toHaveLength(16);
    expect(texts.map(({ text }) => ({ text, ids: encode(text) }))).toEqual(texts);
  });

  test.skipIf(clipTokenizer === '')("73 texts in CLIP's own vocabulary (needs CLIP_GOLDEN_TOKENIZER)", () => {
    const { encode } = createTokenizer(read(clipTokenizer), { model_max_length: 77 }, 77);
    const texts = cases.parse(fixture('clip-tokens.json'));
    expect(texts).toHaveLength(73);
    expect(texts.map(({ text }) => ({ text, ids: encode(text) }))).toEqual(texts);
  });
});
