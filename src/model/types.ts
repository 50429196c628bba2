import type { SubmitOptions } from '../async/work-queue.ts';
import type { ImageRegion } from './image/region.ts';

/** Number formats of published model files, by the names transformers.js gives them. */
export const DTYPES = ['fp32', 'fp16', 'int8', 'uint8', 'q8', 'q4', 'q4f16', 'bnb4'] as const;
export type Dtype = (typeof DTYPES)[number];

/** The dtypes of a model's two towers. */
export interface TowerDtypes {
  visionDtype: Dtype;
  textDtype: Dtype;
}

/** What a model can run on: ONNX Runtime's execution providers. */
export const DEVICES = ['cpu', 'cuda', 'coreml', 'dml'] as const;
export type Device = (typeof DEVICES)[number];

export interface ModelInfo {
  /** `mini`, a Hub id such as `Xenova/clip-vit-base-patch32`, or the name of a folder. */
  id: string;
  /** The first 12 hex digits of the SHA-256 of its files, of these dtypes: models of one name may have other files. */
  digest: string;
  /** Length of every embedding. */
  dimension: number;
  /** Pixels, width and height, of what the vision tower sees. */
  imageSize: number;
  /** `fp32`, `int8`, …; `vision/text` where the towers differ. */
  dtype: string;
  /** Whether it is the small model that comes with Vitrine, for trying out. */
  bundled: boolean;
}

/** Whose turn it is, and the signal that takes the job out of the queue. */
export interface EmbedOptions extends Pick<SubmitOptions, 'priority' | 'signal'> {
  /** Who asks: callers take turns, and none may hold all memory. Default: nobody in particular. */
  caller?: string | undefined;
}

export interface EmbedImageOptions extends EmbedOptions {
  /** The part of the image to embed. Default: all of it. */
  region?: ImageRegion | undefined;
}

/**
 * Turns text and images into vectors of one space. Every embedding is a fresh `Float32Array` of length
 * `info.dimension`, L2-normalised. Throws AppError OVERLOADED when the queue is full or memory is short, IMAGE_UNREADABLE or
 * IMAGE_TOO_LARGE (pixels) for an image that cannot be used, BAD_USER_INPUT for a region that is too small.
 */
export interface Embedder {
  readonly info: ModelInfo;
  /** `text` as the caller normalised it; what exceeds the model's length is cut. */
  embedText(text: string, options?: EmbedOptions): Promise<Float32Array>;
  /** `bytes` of an encoded image: JPEG, PNG, WebP, GIF, AVIF, TIFF. */
  embedImage(bytes: Uint8Array, options?: EmbedImageOptions): Promise<Float32Array>;
  /** Rejects when the model cannot compute any more; only a restart brings it back. */
  ping(): Promise<void>;
  /** Finishes what runs, refuses what comes, frees the sessions. */
  close(): Promise<void>;
}

/** An embedder with the queues that its images wait in. */
export interface QueuedEmbedder extends Embedder {
  /** Whether an image of a search would be refused now, since too many wait. */
  isFull(): boolean;
}
