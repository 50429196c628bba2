import { setTimeout as sleep } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import type { ReceivedImage, ReceivedImages } from '../adapters/image-source/received-images.ts';
import type { ByteBudget, HeldBytes } from '../async/byte-budget.ts';
import { createWorkQueue } from '../async/work-queue.ts';
import { AppError, overloaded } from '../errors.ts';
import type { Connection } from './access.ts';
import { BrokenForm } from './form-parts.ts';
import { userError } from './http-routes.ts';
import { TooMuchInBody, takeOutLargeTexts } from './large-texts.ts';
import { readMultipart } from './multipart.ts';
import { asGraphQLError } from './public-errors.ts';
import { isMultipart } from './uploads.ts';

/** More than any document takes: a body beyond this brings an image or a batch of products. The others need no bound. */
const LARGE_BYTES = 64_000;
/**
 * A body of 27 MB made the process grow by some 110: as it arrived, put together, as text, as JSON, and as the image in it,
 * until the garbage is collected.
 */
const COPIES = 4;

/** How fast large bodies are read, one with another: 27 MB take 40 ms, and then leave 500 to everybody else. */
const BYTES_PER_MS = 50_000;

const RETRY_AFTER_SECONDS = 2;
const BUSY_MESSAGE = 'Too many images are waiting. Try again later.';
const TOO_LARGE_MESSAGE = 'The request body is too large.';
/** Written once: hundreds of these are sent when there is no time for anything else. */
const BUSY = JSON.stringify({
  errors: [{ message: BUSY_MESSAGE, extensions: { code: 'OVERLOADED', retryAfter: RETRY_AFTER_SECONDS } }],
});
const JSON_TYPE = { 'content-type': 'application/json' };
const TOO_LARGE = JSON.stringify(userError(TOO_LARGE_MESSAGE));
/** A form is large by its images. */
const TOO_LARGE_FILE = JSON.stringify({
  errors: [{ message: TOO_LARGE_MESSAGE, extensions: { code: 'IMAGE_TOO_LARGE' } }],
});

export interface RequestBodyOptions {
  /** What bodies take their memory from, together with images. */
  memory: ByteBudget;
  /** Of one body. */
  maxBytes: number;
  /** How many large bodies may be read or worked on at a time. */
  maxLarge: number;
  /** Whether an image would be refused anyway. */
  isBusy(): boolean;
  /** Where the images in bodies wait for whoever loads them. */
  receivedImages: ReceivedImages;
  /** Who sends a request. */
  identify(request: Request, connection: Connection): { name: string };
}

export interface RequestBodies {
  plugin: Plugin<object, Connection>;
  /**
   * The JSON of a body that is read by a front of its own, under the same bounds, once the plugin has let its request in:
   * an object or a list. Throws a GraphQL error whose extensions tell the HTTP status.
   */
  readJson(request: Request, connection: Connection): Promise<object>;
}

/**
 * Reads forms and large bodies: those there is no room for are refused before they are read, the others counted while they arrive and
 * until they are answered. OVERLOADED, BAD_USER_INPUT for a body that is too large or breaks off, IMAGE_TOO_LARGE for a form
 * that is.
 */
export function createRequestBodies(options: RequestBodyOptions): RequestBodies {
  const { memory, maxBytes, maxLarge, isBusy, identify, receivedImages } = options;
  /** What is given back when a request is answered: its memory and its images. */
  const held = new Map<Request, { bytes: HeldBytes; images: ReceivedImage[] }>();
  const giveBack = (request: Request) => {
    const { bytes, images = [] } = held.get(request) ?? {};
    bytes?.release();
    for (const image of images) image.release();
    held.delete(request);
  };
  // To parse megabytes takes milliseconds in which nobody else is served: one after the other, with time for the rest.
  let nextAt = 0;
  const turns = createWorkQueue({
    run: async (bodies: readonly { body: Buffer; form: string | undefined; images: ReceivedImage[] }[]) => {
      await sleep(Math.max(0, nextAt - performance.now()));
      const length = bodies.reduce((sum, { body }) => sum + body.length, 0);
      nextAt = performance.now() + length / BYTES_PER_MS;
      return bodies.map(({ body, form, images }) => {
        const keep = (image: ReceivedImage) => {
          images.push(image);
          return image.url;
        };
        return form === undefined
          ? parse(body, (dataUrl) => keep(receivedImages.putAside(dataUrl)))
          : parseForm(body, form, (file) => keep(receivedImages.putFileAside(file)));
      });
    },
    maxWaiting: Number.POSITIVE_INFINITY,
    refuse: () => overloaded(BUSY_MESSAGE, RETRY_AFTER_SECONDS),
  });

  async function readHeld(
    request: Request,
    { req }: Connection,
    { bytes, images }: { bytes: HeldBytes; images: ReceivedImage[] },
  ): Promise<GraphQLParams> {
    const announced = announcedLength(request) || 0;
    const form = isMultipart(request) ? (request.headers.get('content-type') ?? '') : undefined;
    const tooLarge = () =>
      form === undefined
        ? refusal(TOO_LARGE_MESSAGE, 413)
        : asGraphQLError(new AppError('IMAGE_TOO_LARGE', TOO_LARGE_MESSAGE));
    const body = await read(req ?? request.body ?? [], { announced, maxBytes, held: bytes, tooLarge });
    return turns.submit({ body, form, images });
  }

  const plugin: Plugin<object, Connection> = {
    onRequest({ request, serverContext, fetchAPI, endResponse }) {
      const length = announcedLength(request);
      const isForm = isMultipart(request);
      if (request.method !== 'POST' || (length <= LARGE_BYTES && !isForm)) return;
      const refuse = (status: number, body: string, headers = {}) =>
        endResponse(new fetchAPI.Response(body, { status, headers: { ...JSON_TYPE, ...headers } }));
      if (length > maxBytes) return refuse(413, isForm ? TOO_LARGE_FILE : TOO_LARGE);
      const caller = identify(request, serverContext).name;
      if (held.size >= maxLarge || isBusy() || !memory.fits(COPIES * (length || LARGE_BYTES), caller)) {
        return refuse(503, BUSY, { 'retry-after': String(RETRY_AFTER_SECONDS) });
      }
      held.set(request, { bytes: memory.take(0, caller), images: [] });
      // In any case, also when nobody was there to be answered.
      serverContext.res?.once('close', () => giveBack(request));
    },
    onRequestParse({ request, serverContext, setRequestParser }) {
      const holding = held.get(request);
      if (!holding) return;
      // Yoga's own keeps the body in four forms until the request is answered.
      setRequestParser(() => readHeld(request, serverContext, holding));
    },
    onResponse: ({ request }) => giveBack(request),
  };

  return {
    plugin,
    async readJson(request, connection) {
      const holding = held.get(request);
      if (holding) return readHeld(request, connection, holding);
      return parse(await readSmall(request), (dataUrl) => dataUrl.toString('latin1'));
    },
  };
}

/** A body that is too short to be counted. */
async function readSmall(request: Request): Promise<Buffer> {
  try {
    return Buffer.from(await request.arrayBuffer());
  } catch {
    throw refusal('The request body broke off.', 400);
  }
}

/** NaN where a request does not say how long its body is. */
function announcedLength({ headers }: Request): number {
  return Number(headers.get('content-length') ?? Number.NaN);
}

/** Reads a body of `announced` bytes, or of as many as come where none were, each of them counted when it is there. */
async function read(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { announced, maxBytes, held, tooLarge }: { announced: number; maxBytes: number; held: HeldBytes; tooLarge(): Error },
): Promise<Buffer> {
  // Memory that nothing was written to takes none. Put together at the end, 27 MB would stop everybody for 20 ms.
  let body = Buffer.allocUnsafeSlow(Math.min(announced || LARGE_BYTES, maxBytes));
  let length = 0;
  try {
    for await (const chunk of chunks) {
      const end = length + chunk.length;
      if (end > maxBytes) throw tooLarge();
      held.grow(chunk.length);
      if (end > body.length) body = Buffer.concat([body], Math.min(2 * end, maxBytes));
      body.set(chunk, length);
      length = end;
    }
    held.grow((COPIES - 1) * length);
  } catch (error) {
    if (error instanceof AppError) throw asGraphQLError(error);
    throw error instanceof GraphQLError ? error : refusal('The request body broke off.', 400);
  }
  return body.subarray(0, length);
}

/** The parameters in a body of JSON, which useJsonOnly has asked for. */
function parse(body: Buffer, putAside: (dataUrl: Buffer) => string): GraphQLParams {
  try {
    return parseSmall(takeOutLargeTexts(body, putAside));
  } catch (error) {
    throw error instanceof TooMuchInBody ? refusal(error.message, 400) : error;
  }
}

/** The same of a body that is too short to hold large texts. Throws a GraphQL error whose extensions tell the HTTP status. */
export function parseSmall(body: Buffer): GraphQLParams {
  let params: unknown;
  try {
    params = JSON.parse(body.toString());
  } catch {
    throw refusal('POST body sent invalid JSON.', 400);
  }
  if (typeof params !== 'object' || params === null) throw refusal('POST body is expected to be an object.', 400);
  return params;
}

/** The parameters in a form. */
function parseForm(body: Buffer, contentType: string, putAside: (file: Buffer) => string): GraphQLParams {
  try {
    return readMultipart(body, contentType, putAside);
  } catch (error) {
    throw error instanceof BrokenForm ? refusal(error.message, 400) : error;
  }
}

function refusal(message: string, status: number): GraphQLError {
  return createGraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status } } });
}
