import { badUserInput } from '../../errors.ts';
import { digestOf } from '../digest.ts';

/** How far paging goes. A shop's customer never gets there; a crawler is told to narrow its filter. */
export const MAX_WINDOW = 10_000;

/**
 * A short fingerprint of a query: equal for equal queries whatever the order of their keys, in every process.
 * Page size and cursor are no part of it.
 */
export function fingerprint(query: object): string {
  return digestOf(query).slice(0, 16);
}

/** An opaque cursor: the position behind a hit, bound to its query. Needs no secret and survives restarts. */
export function encodeCursor(position: number, queryFingerprint: string): string {
  return Buffer.from(`${position}.${queryFingerprint}`).toString('base64url');
}

/**
 * The position that a cursor stands for: how many hits lie before the next one. Throws BAD_USER_INPUT for a cursor of
 * another query and for what is no cursor.
 */
export function decodeCursor(cursor: string, queryFingerprint: string): number {
  const match = /^([1-9]\d{0,4})\.([\w-]{16})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const position = Number(match?.[1]);
  if (!match || position > MAX_WINDOW) {
    throw badUserInput([{ path: ['after'], message: 'after: not a cursor of this API' }]);
  }
  if (match[2] !== queryFingerprint) {
    throw badUserInput([
      { path: ['after'], message: 'after: this cursor belongs to another query; start that query from its first page' },
    ]);
  }
  return position;
}
