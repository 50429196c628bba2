import type { Plugin } from 'graphql-yoga';
import type { HealthService } from '../services/health.ts';

/**
 * What is not GraphQL: `/health/live` and `/health/ready` for orchestrators, and `/` for people, who are led to GraphiQL.
 * Live: it answers and its model runs. Ready: it can search; a cache that is away is no reason to take a replica out.
 */
export function useHttpRoutes(health: HealthService): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      const respond = (status: number, body: object) => {
        const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
        endResponse(new fetchAPI.Response(JSON.stringify(body), { status, headers }));
      };
      if (url.pathname === '/health/live') {
        const isAlive = await health.isAlive();
        respond(isAlive ? 200 : 503, { status: isAlive ? 'UP' : 'DOWN' });
      }
      if (url.pathname === '/health/ready') {
        const { status } = await health.check();
        respond(status === 'DOWN' ? 503 : 200, { status });
      }
      if (url.pathname === '/') {
        endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: '/graphql' } }));
      }
    },
  };
}

/**
 * Refuses POST bodies that are not JSON: a browser sends a form or plain text to any address without asking first, so
 * any page could change the catalogue of a server on its visitor's machine.
 */
export function useJsonOnly(): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      if (request.method !== 'POST') return;
      const mediaType = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
      if (mediaType === 'application/json' || mediaType === 'application/graphql-response+json') return;
      const message = 'The body must be JSON, sent with content-type: application/json.';
      const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
      endResponse(new fetchAPI.Response(body, { status: 415, headers: { 'content-type': 'application/json' } }));
    },
  };
}
