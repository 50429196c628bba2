import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../errors.ts';
import { tooLarge } from './size-limit.ts';
import { requireImage, SNIFF_BYTES } from './sniff.ts';

const HOLDER = "The image's address";

/**
 * Reads the body of an answer into memory, at most `maxBytes` of it. It stops at the first bytes that show that this is
 * no image. Content-Length can only make it stop earlier: what counts are the bytes that arrive.
 *
 * A compressed body is refused, not unpacked: images are compressed already, none was asked for, and so a small
 * answer can never grow. Throws IMAGE_TOO_LARGE, IMAGE_UNREADABLE, and whatever the body fails with.
 */
export async function readImage(
  body: AsyncIterable<Uint8Array>,
  headers: IncomingHttpHeaders,
  maxBytes: number,
): Promise<Uint8Array> {
  checkEncoding(headers['content-encoding']);
  if (Number(headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of body) {
    const before = received;
    received += chunk.length;
    if (received > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
    if (before < SNIFF_BYTES && received >= SNIFF_BYTES) requireImage(Buffer.concat(chunks), HOLDER);
  }
  const bytes = Buffer.concat(chunks, received);
  requireImage(bytes, HOLDER);
  return bytes;
}

function checkEncoding(contentEncoding: string | undefined): void {
  const encoding = contentEncoding?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return;
  throw new AppError(
    'IMAGE_UNREADABLE',
    `${HOLDER} sends a compressed body (Content-Encoding) that was not asked for; serve images without it.`,
  );
}
