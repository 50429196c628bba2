import type { SubmitOptions } from '../../async/work-queue.ts';

export interface LoadOptions extends Pick<SubmitOptions, 'priority' | 'signal'> {
  /** Who asks: callers take turns, and none has all places and all memory. Default: nobody in particular. */
  caller?: string | undefined;
}

/**
 * Where images come from. Resolves to the encoded bytes of an image, whose kind was found by its content.
 * Throws AppError IMAGE_UNREACHABLE, IMAGE_FORBIDDEN, IMAGE_TOO_LARGE (bytes), IMAGE_UNREADABLE (not an image) or
 * OVERLOADED (too many are being fetched).
 */
export interface ImageSource {
  /** `url`: absolute http(s) URL or a `data:image/…;base64,` URL. */
  load(url: string, options?: LoadOptions): Promise<Uint8Array>;
  close(): Promise<void>;
}
