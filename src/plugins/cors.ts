import type { CORSOptions } from 'graphql-yoga';

const LOCAL_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Which pages may ask from a browser: those of the listed origins; `*` is every page. Without a list, pages of this
 * machine in development and none in production.
 */
export function corsOptions(options: {
  origins: readonly string[];
  production: boolean;
}): (request: Request) => CORSOptions {
  const { origins, production } = options;
  const isAllowed = (origin: string) => {
    if (origins.length === 0) return !production && LOCAL_ORIGIN.test(origin);
    return origins.includes('*') || origins.includes(origin);
  };
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !isAllowed(origin)) return false;
    return {
      // Of several, the answer depends on who asks, and says so (Vary) to the caches on its way.
      origin: origins.length > 1 ? [...origins] : origin,
      credentials: false,
      methods: ['GET', 'POST'],
      allowedHeaders: ['content-type', 'authorization', 'x-api-key', 'x-request-id'],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 86_400,
    };
  };
}
