import type { Plugin } from 'graphql-yoga';
import type { HealthService } from '../services/health/health.ts';
import { isMultipart, isPreflighted, NO_PREFLIGHT_MESSAGE } from './uploads.ts';

/**
 * What is not GraphQL: `/health/live` and `/health/ready` for orchestrators, and `/` for people, who are led to GraphiQL
 * where there is one.
 * Live: it answers and its model runs. Ready: it can search; a cache that is away is no reason to take a replica out.
 */
export function useHttpRoutes({ health, graphiql }: { health: HealthService; graphiql: boolean }): Plugin {
  /** Status and body for the path of a probe. */
  async function probe(pathname: string): Promise<[number, object] | undefined> {
    if (pathname === '/health/live') {
      const isAlive = await health.isAlive();
      return [isAlive ? 200 : 503, { status: isAlive ? 'UP' : 'DOWN' }];
    }
    if (pathname === '/health/ready') {
      const { status } = await health.check();
      return [status === 'DOWN' ? 503 : 200, { status }];
    }
    return undefined;
  }

  return {
    // Without a promise for those who ask something.
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      if (url.pathname === '/' && graphiql) {
        endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: '/graphql' } }));
        return;
      }
      return probe(url.pathname).then((answer) => {
        if (answer === undefined) return;
        const [status, body] = answer;
        const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
        endResponse(new fetchAPI.Response(JSON.stringify(body), { status, headers }));
      });
    },
  };
}

/** What a refusal outside of GraphQL looks like: as one inside. */
export function userError(message: string): object {
  return { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] };
}

/**
 * Refuses what is not JSON where JSON is meant. POST bodies: a browser sends a form or plain text to any address without
 * asking first, so any page could change the catalogue of a server on its visitor's machine; a form that brings files needs
 * a header for which the browser does ask. GET parameters: Yoga would
 * take them for a defect of the server.
 */
export function useJsonOnly(): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      const refuse = (status: number, message: string) => {
        const headers = { 'content-type': 'application/json' };
        endResponse(new fetchAPI.Response(JSON.stringify(userError(message)), { status, headers }));
      };
      if (request.method === 'POST') {
        if (isMultipart(request)) {
          if (!isPreflighted(request)) refuse(400, NO_PREFLIGHT_MESSAGE);
          return;
        }
        // Yoga compares letter by letter.
        const contentType = request.headers.get('content-type');
        if (contentType === 'application/json') return;
        if (isJsonType(contentType)) request.headers.set('content-type', 'application/json');
        else
          refuse(
            415,
            'The body must be JSON, sent with content-type: application/json, or a form that brings an image.',
          );
      }
      if (request.method === 'GET') {
        const broken = ['variables', 'extensions'].find((name) => !isJson(url.searchParams.get(name)));
        if (broken !== undefined) refuse(400, `The parameter ${broken} must be JSON.`);
      }
    },
  };
}

/** Whether a body is JSON by its content type. */
export function isJsonType(contentType: string | null): boolean {
  if (contentType === 'application/json') return true;
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  return mediaType === 'application/json' || mediaType === 'application/graphql-response+json';
}

function isJson(text: string | null): boolean {
  if (text === null || text === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
