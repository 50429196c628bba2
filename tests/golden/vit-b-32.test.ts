import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSilentLogger } from '../../src/logger.ts';
import { createEmbedder } from '../../src/model/embedder.ts';
import { createImageMemory } from '../../src/model/image/memory.ts';
import { dot } from '../../src/model/unit-vector.ts';

/** A folder with CLIP ViT-B/32 in fp32, and the photo 000000039769 of COCO val2017: two cats on a sofa. */
const { CLIP_GOLDEN_MODEL: folder = '', CLIP_GOLDEN_PHOTO: photo = '' } = process.env;

test.skipIf(folder === '' || photo === '')(
  'ViT-B/32 gives the published scores, so that a shop gets CLIP itself (needs CLIP_GOLDEN_MODEL and CLIP_GOLDEN_PHOTO)',
  async () => {
    const embedder = await createEmbedder({
      name: folder,
      visionDtype: 'fp32',
      textDtype: 'fp32',
      device: 'cpu',
      maxQueue: 8,
      maxPixels: 50_000_000,
      memory: createImageMemory(768_000_000),
      logger: createSilentLogger(),
    });
    const cats = await embedder.embedImage(readFileSync(photo));
    const score = async (text: string) => 100 * dot(cats, await embedder.embedText(text));
    const scores = [await score('a photo of a cat'), await score('a photo of a dog')];
    await embedder.close();
    // Hugging Face's transformers print these for this photo.
    expect(Math.abs((scores[0] ?? 0) - 24.5701)).toBeLessThan(0.05);
    expect(Math.abs((scores[1] ?? 0) - 19.3049)).toBeLessThan(0.05);
  },
  120_000,
);
