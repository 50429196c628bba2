import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { ApiKey, Caller, Scope } from './types.ts';

export interface Access {
  /**
   * Who shows this secret; somebody at `address` when none is shown. Throws UNAUTHENTICATED for one that is not valid:
   * a caller with a wrong key is never taken for one without.
   */
  identify(secret: string | undefined, address: string): Caller;
  /** Throws UNAUTHENTICATED or FORBIDDEN when the caller may not do what `scope` stands for. */
  require(caller: Caller, scope: Scope): void;
}

export interface AccessOptions {
  keys: readonly ApiKey[];
  production: boolean;
  /** Whether everybody may write; in development without a write key, everybody may anyway. */
  allowAnonymousWrites: boolean;
}

/**
 * The rules of who may do what. Searches are open until there is a key with scope `search`. Writes need a `write` key;
 * without any such key they are open in development and refused in production.
 */
export function createAccess({ keys, production, allowAnonymousWrites }: AccessOptions): Access {
  const digests = keys.map((key) => ({ key, digest: sha256(key.secret) }));
  const hasWriteKey = keys.some(({ scope }) => scope === 'write');
  const isOpen: Record<Scope, boolean> = {
    search: !keys.some(({ scope }) => scope === 'search'),
    write: allowAnonymousWrites || (!hasWriteKey && !production),
  };

  return {
    identify(secret, address) {
      if (secret === undefined) return { kind: 'anonymous', address };
      const shown = sha256(secret);
      // Every key is compared, in a time that does not depend on how much of it is right.
      const matches = digests.filter(({ digest }) => timingSafeEqual(digest, shown));
      const [match] = matches;
      if (!match) throw new AppError('UNAUTHENTICATED', 'This API key is not valid.');
      return { kind: 'key', name: match.key.name, scope: match.key.scope };
    },

    require(caller, scope) {
      if (isOpen[scope]) return;
      if (caller.kind === 'key') {
        if (caller.scope === 'write' || caller.scope === scope) return;
        throw new AppError('FORBIDDEN', `The key "${caller.name}" may search, not write.`);
      }
      if (scope === 'write' && !hasWriteKey) {
        throw new AppError('FORBIDDEN', 'This server takes no writes: it has no API key with scope write.');
      }
      const how = 'Show an API key as "Authorization: Bearer <key>" or "x-api-key: <key>".';
      throw new AppError('UNAUTHENTICATED', how);
    },
  };
}

/** Equal lengths for the comparison, whatever was shown. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
