import { describe, expect, test } from 'vitest';
import { createAccess } from '../../../../src/adapters/access/access.ts';
import { parseApiKeys } from '../../../../src/adapters/access/api-keys.ts';
import { clientAddress } from '../../../../src/adapters/access/client-address.ts';
import type { ApiKey } from '../../../../src/adapters/access/types.ts';

const SEARCH: ApiKey = { name: 'web', scope: 'search', secret: 'search-secret-0123456789' };
const WRITE: ApiKey = { name: 'erp', scope: 'write', secret: 'write-secret-0123456789' };

describe('API_KEYS', () => {
  test('are read as name:scope:secret, and a secret may hold colons', () => {
    const { keys, problems } = parseApiKeys('web:search:search-secret-0123456789, erp:write:a:b:c-0123456789abc');
    expect(problems).toEqual([]);
    expect(keys).toEqual([SEARCH, { name: 'erp', scope: 'write', secret: 'a:b:c-0123456789abc' }]);
  });

  test('have every problem told at once, without a secret in it', () => {
    const text =
      'onlyone,web:admin:topsecret-topsecret,erp:write:short,web:search:topsecret-topsecret,web:search:topsecret-again-1';
    const { problems } = parseApiKeys(text);
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toMatch(/topsecret|onlyone|short/);
  });

  test('that share a secret are refused: whoever shows it could be either', () => {
    const { problems } = parseApiKeys('web:search:the-same-secret-0123,erp:write:the-same-secret-0123');
    expect(problems).toEqual(['entry 2 ("erp") has the secret of another key']);
  });
});

describe('who may do what', () => {
  const answer = (options: { keys?: ApiKey[]; production?: boolean; anonymous?: boolean }, secret?: string) => {
    const { keys = [], production = true, anonymous = false } = options;
    const access = createAccess({ keys, production, allowAnonymousWrites: anonymous });
    const attempt = (scope: 'search' | 'write') => {
      try {
        access.require(access.identify(secret, '203.0.113.1'), scope);
        return 'yes';
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : error;
      }
    };
    return [attempt('search'), attempt('write')];
  };

  test.each([
    ['production without keys: searches open, writes refused', answer({}), ['yes', 'FORBIDDEN']],
    ['production, anonymous writes allowed', answer({ anonymous: true }), ['yes', 'yes']],
    ['development without keys: everything open', answer({ production: false }), ['yes', 'yes']],
    [
      'a write key closes writes, in development too',
      answer({ keys: [WRITE], production: false }),
      ['yes', 'UNAUTHENTICATED'],
    ],
    ['a search key closes searches', answer({ keys: [SEARCH] }), ['UNAUTHENTICATED', 'FORBIDDEN']],
    ['a search key may not write', answer({ keys: [SEARCH, WRITE] }, SEARCH.secret), ['yes', 'FORBIDDEN']],
    ['a write key may do both', answer({ keys: [SEARCH, WRITE] }, WRITE.secret), ['yes', 'yes']],
    ['a wrong key is not taken for none', answer({ keys: [WRITE] }, 'wrong'), ['UNAUTHENTICATED', 'UNAUTHENTICATED']],
    [
      'nor is part of a right one',
      answer({ keys: [WRITE] }, WRITE.secret.slice(0, -1)),
      ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
    ],
  ])('%s', (_rule, given, expected) => expect(given).toEqual(expected));
});

describe('the address a budget counts on', () => {
  const from = (forwardedFor: string | null, trustedProxies: number, connection: string | undefined = '10.0.0.1') =>
    clientAddress({ connection, forwardedFor, trustedProxies });

  test('is that of the connection when no proxy is trusted, whatever the caller claims', () => {
    expect(from('1.2.3.4', 0, '198.51.100.7')).toBe('198.51.100.7');
  });

  test('is what the outermost trusted proxy saw, not what the caller wrote in front of it', () => {
    expect(from('6.6.6.6, 198.51.100.7', 1)).toBe('198.51.100.7');
    expect(from('6.6.6.6, 198.51.100.7, 10.0.0.2', 2)).toBe('198.51.100.7');
  });

  test('falls back to the connection where the header is missing or nonsense', () => {
    expect(from(null, 1)).toBe('10.0.0.1');
    expect(from('unknown', 1)).toBe('10.0.0.1');
    expect(from(null, 0, undefined)).toBe('10.0.0.1');
  });

  test('is one per household: IPv6 counts by its /64, IPv4 in IPv6 clothes as IPv4', () => {
    expect(from(null, 0, '2001:db8:1:2:3:4:5:6')).toBe(from(null, 0, '2001:db8:1:2:ffff::1'));
    expect(from(null, 0, '::ffff:198.51.100.7')).toBe('198.51.100.7');
  });
});
