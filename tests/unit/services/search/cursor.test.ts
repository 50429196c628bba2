import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../src/errors.ts';
import { decodeCursor, encodeCursor, fingerprint, MAX_WINDOW } from '../../../../src/services/search/cursor.ts';

const query = fingerprint({ text: 'red dress', filter: { categories: ['a'] } });

describe('cursors', () => {
  test('lead back to their position, in any process', () => {
    expect(decodeCursor(encodeCursor(37, query), query)).toBe(37);
    expect(fingerprint({ filter: { categories: ['a'] }, text: 'red dress' })).toBe(query);
  });

  test('of another query are refused instead of paging through something else', () => {
    const other = fingerprint({ text: 'blue dress', filter: { categories: ['a'] } });
    expect(() => decodeCursor(encodeCursor(1, query), other)).toThrow(/belongs to another query/);
  });

  test.each([
    '',
    'nonsense',
    Buffer.from('0.0123456789abcdef').toString('base64url'),
    Buffer.from(`-1.${query}`).toString('base64url'),
    Buffer.from(`1e4.${query}`).toString('base64url'),
    Buffer.from(`${MAX_WINDOW + 1}.${query}`).toString('base64url'),
    Buffer.from(`99999999999.${query}`).toString('base64url'),
  ])('made up by hand are refused before they reach the store: %j', (cursor) => {
    expect(() => decodeCursor(cursor, query)).toThrow(AppError);
  });
});
