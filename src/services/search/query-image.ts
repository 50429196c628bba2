import type { ImageSource } from '../../adapters/image-source/types.ts';
import { timed } from '../../async/timing.ts';
import { AppError, badUserInput } from '../../errors.ts';
import type { ImageRegion } from '../../model/image/region.ts';
import type { Embedder } from '../../model/types.ts';
import type { SearchCallOptions } from './types.ts';

/** What a query says of an image. */
export interface QueryImage {
  imageUrl?: string | undefined;
  /** The part that is meant. */
  region?: ImageRegion | undefined;
}

/** Fetches and embeds an image, or a region of it. */
export async function embedQueryImage(
  deps: { embedder: Embedder; imageSource: ImageSource },
  { imageUrl, region }: QueryImage & { imageUrl: string },
  given: SearchCallOptions,
): Promise<{ embedding: Float32Array; fetchMs: number; embedMs: number }> {
  const options = { ...given, priority: 'query' } as const;
  const fetched = await timed(() => deps.imageSource.load(imageUrl, options));
  try {
    const embedded = await timed(() => deps.embedder.embedImage(fetched.value, { ...options, region }));
    return { embedding: embedded.value, fetchMs: fetched.ms, embedMs: embedded.ms };
  } catch (error) {
    // How many pixels a region has shows only when its image is there.
    if (!(error instanceof AppError && error.code === 'BAD_USER_INPUT')) throw error;
    throw badUserInput([{ path: ['query', 'region'], message: `query.region: ${error.message}` }]);
  }
}
