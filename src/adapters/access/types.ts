/** What a key allows: `search` reads, `write` also changes the catalogue. */
export const SCOPES = ['search', 'write'] as const;
export type Scope = (typeof SCOPES)[number];

/** One entry of API_KEYS. */
export interface ApiKey {
  /** For logs and rate limits; never the secret. */
  name: string;
  scope: Scope;
  secret: string;
}

/** Who asks: the holder of a key, or somebody at an address. */
export type Caller = { kind: 'key'; name: string; scope: Scope } | { kind: 'anonymous'; address: string };
