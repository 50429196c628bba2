import { type ByteBudget, createByteBudget } from '../../async/byte-budget.ts';
import { overloaded } from '../../errors.ts';

/** How long those who find no room are asked to wait, in seconds: about what most images take. */
const RETRY_AFTER_SECONDS = 2;

/**
 * The memory that request bodies, images on their way and decoding share, so that no number of strangers can fill that of
 * the machine; beyond it OVERLOADED. One caller may hold two thirds of it: enough for the largest image from its
 * upload to its pixels, while others still find room for theirs.
 */
export function createImageMemory(maxBytes: number): ByteBudget {
  return createByteBudget({
    maxBytes,
    maxBytesPerOwner: Math.floor((2 * maxBytes) / 3),
    refuse: () =>
      overloaded('The server has no memory left for more images. Try again in a moment.', RETRY_AFTER_SECONDS),
  });
}
