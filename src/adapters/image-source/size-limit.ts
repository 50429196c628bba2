import { AppError } from '../../errors.ts';

/** IMAGE_TOO_LARGE with the limit in words. */
export function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'IMAGE_TOO_LARGE',
    `The image is larger than ${inWords(maxBytes)}, the most that this server takes. Use a smaller version of it.`,
  );
}

function inWords(bytes: number): string {
  for (const unit of [1024 * 1024, 1_000_000]) if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} MB`;
  for (const unit of [1024, 1000]) if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} KB`;
  return `${bytes} bytes`;
}
