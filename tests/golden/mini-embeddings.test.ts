import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Embedder } from '../../src/model/types.ts';
import { dot } from '../../src/model/unit-vector.ts';
import { createMiniEmbedder } from '../support/mini-embedder.ts';

const embedding = z.array(z.number()).length(512);
const reference = z
  .object({
    images: z.array(z.object({ file: z.string(), embedding })),
    texts: z.array(z.object({ text: z.string(), embedding })),
  })
  .parse(JSON.parse(readFileSync(new URL('data/mini-embeddings.json', import.meta.url), 'utf8')));

interface Agreement {
  what: string;
  cosine: number;
}

function agreement(what: string, ours: Float32Array, theirs: readonly number[]): Agreement {
  return { what, cosine: dot(ours, Float32Array.from(theirs)) };
}

function worstOf(agreements: readonly Agreement[]): Agreement {
  return agreements.reduce((worst, next) => (next.cosine < worst.cosine ? next : worst));
}

describe('vectors of the bundled model agree with PyTorch and Pillow', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await createMiniEmbedder();
  });
  afterAll(() => embedder.close());

  test('texts within cosine 0.9999, or searches rank by something else than the model', async ({ annotate }) => {
    const worst = worstOf(
      await Promise.all(
        reference.texts.map(async ({ text, embedding }) => agreement(text, await embedder.embedText(text), embedding)),
      ),
    );
    await annotate(`worst text: ${worst.cosine.toFixed(6)} (${worst.what})`);
    expect(worst.cosine, worst.what).toBeGreaterThan(0.9999);
  });

  test('images of all kinds within cosine 0.995, or the model sees other images than it was trained on', async ({
    annotate,
  }) => {
    const worst = worstOf(
      await Promise.all(
        reference.images.map(async ({ file, embedding }) => {
          const bytes = readFileSync(new URL(`data/${file}`, import.meta.url));
          return agreement(file, await embedder.embedImage(bytes), embedding);
        }),
      ),
    );
    await annotate(`worst image: ${worst.cosine.toFixed(6)} (${worst.what})`);
    expect(worst.cosine, worst.what).toBeGreaterThan(0.995);
  });
});
