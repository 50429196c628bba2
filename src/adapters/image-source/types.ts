/**
 * Where images come from. Resolves to the encoded bytes of an image, whose kind was found by its content.
 * Throws AppError IMAGE_UNREACHABLE, IMAGE_FORBIDDEN, IMAGE_TOO_LARGE (bytes) or IMAGE_UNREADABLE (not an image).
 */
export interface ImageSource {
  /** `url`: absolute http(s) URL or a `data:image/…;base64,` URL. */
  load(url: string, options?: { signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  close(): Promise<void>;
}
