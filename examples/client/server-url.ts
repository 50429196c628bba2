import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What the command line asks for: the words of the search, and the GraphQL endpoint by --url, VITRINE_URL or PORT. */
export function readArguments(): { text: string; url: string } {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true });
  const url = new URL(values.url || process.env.VITRINE_URL || `http://localhost:${process.env.PORT || 4000}`);
  if (url.pathname === '/') url.pathname = '/graphql';
  return { text: positionals.join(' ') || 'red dress', url: url.href };
}
