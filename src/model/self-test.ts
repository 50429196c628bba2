import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { firstLine } from './model-files.ts';
import type { Embedder } from './types.ts';
import { dot } from './unit-vector.ts';

/** Drawings of the demo catalogue whose kinds and colours are hard to confuse, and their captions ("colour kind"). */
export const SELF_TEST_PAIRS = [
  { id: 'sku-0050', caption: 'red dress' },
  { id: 'sku-0063', caption: 'blue jeans' },
  { id: 'sku-0116', caption: 'green backpack' },
  { id: 'sku-0095', caption: 'brown boots' },
  { id: 'sku-0169', caption: 'yellow umbrella' },
  { id: 'sku-0148', caption: 'black sunglasses' },
  { id: 'sku-0239', caption: 'yellow banana' },
  { id: 'sku-0183', caption: 'grey sofa' },
  { id: 'sku-0130', caption: 'purple tie' },
  { id: 'sku-0237', caption: 'red apple' },
  { id: 'sku-0247', caption: 'orange carrot' },
  { id: 'sku-0221', caption: 'white mug' },
] as const;

/**
 * How many captions must find their own drawing. Chance is one of twelve: guessing reaches six with a probability of
 * 2 in 10,000, and a model whose embeddings have collapsed reaches one. A CLIP that has never seen such drawings is
 * expected to get most of them, as kinds and colours are plain; that was not measured, hence half and no more.
 */
const MATCHES_NEEDED = 6;

export interface SelfTestResult {
  ok: boolean;
  /** Captions whose own drawing came first. */
  matched: number;
  total: number;
  /** Mean of cosine with the own drawing minus the best cosine with another one. */
  margin: number;
  /** One line for the log and for health. */
  message: string;
}

/**
 * Asks whether the model's two towers still understand each other: each of a dozen captions should find its own
 * drawing first. Model files exist that load and return noise; only this finds out. Never rejects: a test that cannot
 * be run has failed, and its message says why.
 */
export async function selfTestModel(
  embedder: Pick<Embedder, 'embedImage' | 'embedText'>,
  { imagesFolder = join(DEMO_CATALOGUE_DIR, 'images') }: { imagesFolder?: string } = {},
): Promise<SelfTestResult> {
  try {
    return judge(await embedPairs(embedder, imagesFolder));
  } catch (error) {
    const message = `The model could not be tested: ${firstLine(error)}.`;
    return { ok: false, matched: 0, total: SELF_TEST_PAIRS.length, margin: 0, message };
  }
}

interface EmbeddedPair {
  drawing: Float32Array;
  words: Float32Array;
}

async function embedPairs(embedder: Pick<Embedder, 'embedImage' | 'embedText'>, folder: string) {
  const pairs: EmbeddedPair[] = [];
  // One by one: a dozen at once could be more than the embedder's queue is allowed to hold.
  for (const { id, caption } of SELF_TEST_PAIRS) {
    const bytes = await readFile(join(folder, `${id}.png`));
    const [drawing, words] = await Promise.all([embedder.embedImage(bytes), embedder.embedText(caption)]);
    pairs.push({ drawing, words });
  }
  return pairs;
}

function judge(pairs: readonly EmbeddedPair[]): SelfTestResult {
  const margins = pairs.map(({ drawing, words }, own) => {
    const others = pairs.filter((_, index) => index !== own).map((other) => dot(words, other.drawing));
    return dot(words, drawing) - Math.max(...others);
  });
  const total = pairs.length;
  const matched = margins.filter((margin) => margin > 0).length;
  const margin = margins.reduce((sum, value) => sum + value, 0) / total;
  const ok = matched >= MATCHES_NEEDED;
  const figure = `${matched} of ${total} captions found their own drawing (by chance: 1; needed: ${MATCHES_NEEDED})`;
  const message = ok
    ? `The model's text and images match: ${figure}.`
    : `The model's text and images do not match: ${figure}. Its files may be damaged or badly quantised: try another CLIP_DTYPE, or download it again.`;
  return { ok, matched, total, margin, message };
}
