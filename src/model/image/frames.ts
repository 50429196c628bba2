import { readSync, writeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

/** What the server and a decoding process say to each other. */
const KINDS = ['ready', 'region', 'image', 'cost', 'go', 'skip', 'pixels', 'failed'] as const;
type FrameKind = (typeof KINDS)[number];

/** A message between two processes. */
export interface Frame {
  kind: FrameKind;
  body: Buffer;
}

/** One byte for the kind, four for the length of the body. */
const HEADER_BYTES = 5;

/** Sends a message; the body is not copied. */
export function sendFrame(stream: Writable, kind: FrameKind, body: Uint8Array = new Uint8Array()): void {
  // Both at once, so that the other side is woken once.
  stream.cork();
  stream.write(encodeHeader(kind, body.length));
  stream.write(body);
  stream.uncork();
}

/** The messages that come, until the stream ends; half a message at its end is dropped. */
export async function* receiveFrames(stream: Readable): AsyncGenerator<Frame, undefined> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    while (size >= HEADER_BYTES) {
      const { kind, length } = decodeHeader(Buffer.concat(chunks.slice(0, HEADER_BYTES), HEADER_BYTES));
      const end = HEADER_BYTES + length;
      if (size < end) break;
      const all = Buffer.concat(chunks, size);
      yield { kind, body: all.subarray(HEADER_BYTES, end) };
      chunks = [all.subarray(end)];
      size -= end;
    }
  }
  return undefined;
}

/** `sendFrame` for a process that does nothing else meanwhile, on a file descriptor. */
export function writeFrame(fd: number, kind: FrameKind, body: Uint8Array = new Uint8Array()): void {
  const frame = Buffer.concat([encodeHeader(kind, body.length), body]);
  for (let at = 0; at < frame.length; ) at += writeSync(fd, frame, at);
}

/** The next message, for a process that does nothing else meanwhile; undefined at the end. */
export function readFrame(fd: number): Frame | undefined {
  const header = readBytes(fd, HEADER_BYTES);
  if (header === undefined) return undefined;
  const { kind, length } = decodeHeader(header);
  const body = readBytes(fd, length);
  return body && { kind, body };
}

function readBytes(fd: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const count = readSync(fd, bytes, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}

function encodeHeader(kind: FrameKind, length: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(KINDS.indexOf(kind));
  header.writeUInt32BE(length, 1);
  return header;
}

function decodeHeader(header: Buffer): { kind: FrameKind; length: number } {
  const kind = KINDS[header.readUInt8()];
  if (kind === undefined) throw new Error('A message of an unknown kind.');
  return { kind, length: header.readUInt32BE(1) };
}
