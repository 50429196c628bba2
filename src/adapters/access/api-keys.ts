import type { ApiKey, Scope } from './types.ts';
import { SCOPES } from './types.ts';

const MIN_SECRET_LENGTH = 16;

/**
 * Reads API_KEYS: `name:scope:secret` entries separated by commas. A secret may hold colons, but no comma. `problems`
 * names every entry that cannot be used, by its place and never by its secret.
 */
export function parseApiKeys(text: string): { keys: ApiKey[]; problems: string[] } {
  const keys: ApiKey[] = [];
  const problems: string[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const [name = '', scope = '', ...rest] = entry.trim().split(':');
    const secret = rest.join(':');
    const place = `entry ${index + 1}${/^[\w.-]{1,64}$/.test(name) && secret ? ` ("${name}")` : ''}`;
    if (!secret) {
      problems.push(`${place} must be name:scope:secret, with scope search or write`);
      continue;
    }
    const known = toScope(scope);
    if (!/^[\w.-]{1,64}$/.test(name)) problems.push(`${place} needs a name of letters, digits, . _ or -`);
    if (known === undefined) problems.push(`${place} has no scope: ${SCOPES.join(' or ')} must stand in the middle`);
    if (secret.length < MIN_SECRET_LENGTH) problems.push(`${place} needs a secret of ${MIN_SECRET_LENGTH} characters`);
    if (keys.some((key) => key.name === name)) problems.push(`${place} has a name that another key has`);
    if (keys.some((key) => key.secret === secret)) problems.push(`${place} has the secret of another key`);
    if (known !== undefined) keys.push({ name, scope: known, secret });
  }
  return { keys, problems };
}

function toScope(text: string): Scope | undefined {
  return SCOPES.find((scope) => scope === text);
}
