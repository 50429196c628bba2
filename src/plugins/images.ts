import { open } from 'node:fs/promises';
import type { Plugin } from 'graphql-yoga';
import type { OwnImages } from '../adapters/image-source/own-images.ts';

/** Serves the images of the demo catalogue and those imported from files. */
export function useImages(images: OwnImages): Plugin {
  return {
    // Without a promise for those who ask for something else.
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      const file = images.fileForPath(url.pathname);
      if (file === undefined) return;
      const isHead = request.method === 'HEAD';
      return answer(images, file, isHead, fetchAPI.Response).then(endResponse);
    },
  };
}

async function answer(
  images: OwnImages,
  file: string,
  isHead: boolean,
  ResponseType: typeof Response,
): Promise<Response> {
  const bytes = await readIfThere(file);
  if (bytes === undefined) return new ResponseType('There is no such image.', { status: 404 });
  const headers = {
    'content-type': images.contentTypeFor(file),
    'content-length': String(bytes.length),
    'cache-control': 'public, max-age=86400',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
  };
  return new ResponseType(isHead ? null : bytes, { headers });
}

async function readIfThere(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    await using handle = await open(file);
    return new Uint8Array(await handle.readFile());
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR'))
      return undefined;
    throw error;
  }
}
