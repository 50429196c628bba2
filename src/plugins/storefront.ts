import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { isAmong } from './http-cache.ts';

/** The files of a built shop, whole and in memory, by their paths: `/`, `/assets/index-B4x9.js`. */
export type Storefront = ReadonlyMap<string, StorefrontFile>;

interface StorefrontFile {
  bytes: Uint8Array<ArrayBuffer>;
  /** The same packed by gzip, where that is smaller. */
  gzipped: Uint8Array<ArrayBuffer> | undefined;
  etag: string;
  headers: Readonly<Record<string, string>>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** Only files of our own may run; the products' images come from anywhere, photos from the page itself. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' http: https: data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** What the page is told of the server: a mark in its html, which the build leaves as `on`. */
const GRAPHIQL_MARK = 'data-graphiql="on"';

/**
 * Reads a built shop. Files under `/assets/` have a hash in their names and never change; the page itself is asked for
 * anew each time. `graphiql`: whether the page may lead there. Rejects when the folder has no index.html.
 */
export async function readStorefront(folder: string, { graphiql }: { graphiql: boolean }): Promise<Storefront> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && CONTENT_TYPES[extname(entry.name)] !== undefined);
  const read = await Promise.all(
    files.map(async ({ parentPath, name }): Promise<[string, StorefrontFile]> => {
      const file = join(parentPath, name);
      const path = file.slice(folder.length).replaceAll('\\', '/');
      if (path !== '/index.html') return [path, await toServed(path, await readFile(file))];
      const html = await readFile(file, 'utf8');
      return ['/', await toServed('/', Buffer.from(graphiql ? html : html.replace(GRAPHIQL_MARK, '')))];
    }),
  );
  const storefront = new Map(read);
  if (!storefront.has('/')) throw new Error(`${folder} has no index.html.`);
  return storefront;
}

async function toServed(path: string, bytes: Buffer): Promise<StorefrontFile> {
  const packed = await promisify(gzip)(bytes, { level: 9 });
  return {
    bytes: new Uint8Array(bytes),
    gzipped: packed.length < bytes.length ? new Uint8Array(packed) : undefined,
    etag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    headers: {
      'content-type': CONTENT_TYPES[path === '/' ? '.html' : extname(path)] ?? 'application/octet-stream',
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      vary: 'accept-encoding',
      ...(path === '/' && { 'content-security-policy': CONTENT_SECURITY_POLICY }),
    },
  };
}

/**
 * Serves a built shop. Only the very paths that were read are answered, so that no other file can be reached, however
 * the path is written.
 */
export function useStorefront(storefront: Storefront): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      const file = storefront.get(url.pathname);
      if (file === undefined) return;
      const { bytes, gzipped, etag } = file;
      const headers = new fetchAPI.Headers({ ...file.headers, etag });
      if (isAmong(request.headers.get('if-none-match'), etag)) {
        endResponse(new fetchAPI.Response(null, { status: 304, headers }));
        return;
      }
      const packed = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '') ? gzipped : undefined;
      const body = packed ?? bytes;
      if (packed !== undefined) headers.set('content-encoding', 'gzip');
      headers.set('content-length', String(body.length));
      endResponse(new fetchAPI.Response(request.method === 'HEAD' ? null : body, { headers }));
    },
  };
}
