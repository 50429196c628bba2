import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/**
 * The number of the last acknowledged commit, in a small file beside the database. SQLite takes a damaged log for one
 * that ends there, and an empty file for a new database: acknowledged products would be gone in silence. The mark is
 * written after each commit and never waited for, so it may be behind the database, after a power cut, but never ahead
 * of it unless something was lost.
 */
export interface CommitMark {
  /** The number that was found when the mark was opened; 0 where there was none, undefined where it cannot be read. */
  readonly found: number | undefined;
  write(commit: number): void;
  close(): void;
}

/** The number as a 64-bit integer and the CRC-32 of its bytes. */
const BYTES = 12;

/** Opens the mark in `file`, creating it. */
export function openCommitMark(file: string): CommitMark {
  const handle = openSync(file, 'a+');
  closeSync(handle);
  const stored = readFileSync(file);
  const isKnown = stored.length === 0 || isMark(stored);
  const writing = openSync(file, 'r+');
  const bytes = Buffer.alloc(BYTES);
  return {
    found: isKnown ? Number(stored.length === 0 ? 0 : stored.readBigUInt64LE()) : undefined,
    write(commit) {
      bytes.writeBigUInt64LE(BigInt(commit));
      bytes.writeUInt32LE(crc32(bytes.subarray(0, 8)), 8);
      writeSync(writing, bytes, 0, BYTES, 0);
    },
    close: () => closeSync(writing),
  };
}

function isMark(bytes: Buffer): boolean {
  return bytes.length === BYTES && bytes.readUInt32LE(8) === crc32(bytes.subarray(0, 8));
}
