import type { CORSOptions, Plugin } from 'graphql-yoga';

const LOCAL_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export interface CorsRules {
  origins: readonly string[];
  production: boolean;
}

/**
 * Which pages may ask from a browser: those of the listed origins; `*` is every page. Without a list, pages of this
 * machine in development and none in production.
 */
export function mayAsk(origin: string, { origins, production }: CorsRules): boolean {
  if (origins.length === 0) return !production && LOCAL_ORIGIN.test(origin);
  return origins.includes('*') || origins.includes(origin);
}

/**
 * Lets the pages that may ask read answers. A page that may ask may send any headers: its client and its
 * monitoring add their own, and none of them gives it a right.
 */
export function corsOptions(rules: CorsRules): (request: Request) => CORSOptions {
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !mayAsk(origin, rules)) return false;
    return {
      // Yoga answers with the origin that asks.
      origin: '*',
      credentials: false,
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 86_400,
    };
  };
}

/** Tells caches on the way that every answer depends on the page that asks, also where none did or this one may not. */
export function useVaryByOrigin(): Plugin {
  return {
    onResponse({ response: { headers } }) {
      if (!/\borigin\b/i.test(headers.get('vary') ?? '')) headers.append('vary', 'Origin');
    },
  };
}
