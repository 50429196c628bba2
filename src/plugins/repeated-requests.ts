import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { getOperationAST, Kind } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Access } from '../adapters/access/access.ts';
import type { ResponseCache } from '../adapters/cache/response-cache.ts';
import type { Budget, FieldPolicy } from '../context.ts';
import { AppError } from '../errors.ts';
import { type RequestNote, runForRequest } from '../logger.ts';
import type { Connection, Identify, Identity } from './access.ts';
import { isJsonType } from './http-routes.ts';
import { parseSmall } from './request-bodies.ts';
import { CALLER_LEFT, operationNote, REQUEST_ID_HEADER, type RequestLog } from './request-log.ts';
import { type AnsweredFromCache, UNCACHED } from './response-cache.ts';
import type { RootField } from './root-fields.ts';

/** Longer ones bring images, and are rarely sent twice. */
const MAX_BODY_BYTES = 16_000;
/** Memory for what is known: some 7,000 requests of 600 characters. */
const KNOWN_BYTES = 12_000_000;
const ENTRY_OVERHEAD_BYTES = 1000;
/** Of an answer: these are of one answer alone. */
const OWN_HEADERS = [REQUEST_ID_HEADER, 'content-length'];

/** What was found out about a request when it was answered: all that an equal one depends on, besides its time. */
interface KnownRequest {
  /** Of its operation, in the keys of answers. */
  digest: string;
  policy: FieldPolicy;
  note: RequestNote;
  headers: Readonly<Record<string, string>>;
}

/** A request on the long way: what is to be known of it, and by which name. */
interface HandedOn {
  body: Buffer;
  name: string | undefined;
  found?: Omit<KnownRequest, 'headers'>;
}

interface RepeatedRequestOptions {
  endpoint: string;
  cache: Pick<ResponseCache, 'written'>;
  /** The key of a question's answer now. */
  keyOf(digest: string): Promise<string>;
  fromCache: AnsweredFromCache;
  rootFields: readonly RootField[];
  identify: Identify;
  access: Access;
  /** Counts one more on a budget of a caller; throws RATE_LIMITED. */
  charge(caller: string, budget: Budget): Promise<void>;
  log: Pick<RequestLog, 'begin' | 'tell'>;
}

export interface RepeatedRequests {
  /** Answers what is known, and hands all else to `next`. */
  before(next: RequestListener): RequestListener;
  /** Gives Yoga the bodies that were read, and learns from its answers. Put it last: their headers are complete then. */
  plugin: Plugin<Connection, Connection>;
}

/**
 * A short way to the cache, for requests that equal an earlier one letter by letter, which was answered from there, and ask
 * for one field: nothing of GraphQL nor of Yoga is in it, and the answer is sent as it is kept, under the headers that the earlier
 * one had. Key, budget and epoch are asked each time, as on the long way, and whatever is not a plain hit goes there:
 * nothing is refused here, so that every refusal is told in one place.
 */
export function createRepeatedRequests(options: RepeatedRequestOptions): RepeatedRequests {
  const { endpoint, cache, keyOf, fromCache, rootFields, identify, access, charge, log } = options;
  const known = new LRUCache<string, KnownRequest>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: (_value, name) => 2 * name.length + ENTRY_OVERHEAD_BYTES,
  });
  /** Requests that were handed on. */
  const handedOn = new WeakMap<IncomingMessage, HandedOn>();

  /** The answer, where the caller may have it and it is there. */
  async function recall({ caller, name }: Identity, { digest, policy }: KnownRequest): Promise<Buffer | undefined> {
    if (caller instanceof AppError) return undefined;
    const key = await keyOf(digest);
    const answer = key === UNCACHED ? undefined : await cache.written(key);
    if (answer === undefined) return undefined;
    if (policy.scope !== null) access.require(caller, policy.scope);
    // A call that is refused does not count.
    if (policy.budget !== null) await charge(name, policy.budget);
    return answer;
  }

  function send(response: ServerResponse, answer: Buffer, headers: KnownRequest['headers'], requestId: string): void {
    const own = { [REQUEST_ID_HEADER]: requestId, 'content-length': answer.length };
    // A text of single bytes leaves in one piece with the headers.
    response.writeHead(200, { ...headers, ...own }).end(answer.toString('latin1'), 'latin1');
  }

  const before: RepeatedRequests['before'] = (next) => (request, response) => {
    if (!isCandidate(request, endpoint)) return next(request, response);
    const hasLeft = () => response.closed && !response.writableFinished;
    const running = log.begin(request.headers[REQUEST_ID_HEADER]?.toString(), hasLeft);
    const tell = (status: number) =>
      log.tell(running, { method: 'POST', path: endpoint, caller: identify(request).name, status });
    const chunks: Buffer[] = [];
    const answer = () => {
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      const goOn = (name?: string) => {
        handedOn.set(request, { body, name });
        next(request, response);
      };
      const identity = identify(request);
      const name = nameOf(request, identity, body);
      const met = known.get(name);
      if (met === undefined) return goOn(name);
      // What is thrown is a refusal or a defect: either is told on the long way.
      return recall(identity, met)
        .catch(() => undefined)
        .then((found) => {
          if (found === undefined) return goOn();
          running.note = met.note;
          tell(200);
          send(response, found, met.headers, running.requestId);
        });
    };
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => runForRequest(running, answer));
    // A body that broke off: nobody is there to hear of it.
    request.on('error', () => request.complete || runForRequest(running, () => tell(CALLER_LEFT)));
  };

  const plugin: Plugin<Connection, Connection> = {
    onRequestParse({ serverContext: { req }, setRequestParser }) {
      const handed = req && handedOn.get(req);
      if (!handed) return;
      setRequestParser(() => {
        const params = parseSmall(handed.body);
        // What brings a query to be kept under its hash is to arrive there each time.
        if (registersQuery(params)) handed.name = undefined;
        return params;
      });
    },
    onExecute({ args: { document, operationName, contextValue } }) {
      const { req, request } = contextValue;
      const handed = req && handedOn.get(req);
      if (handed?.name === undefined) return undefined;
      return {
        onExecuteDone() {
          const digest = fromCache.get(request);
          const operation = getOperationAST(document, operationName);
          const [field, ...others] = operation?.selectionSet.selections ?? [];
          if (digest === undefined || !operation || field?.kind !== Kind.FIELD || others.length > 0) return;
          const asked = rootFields.find(({ type, name }) => type === 'Query' && name === field.name.value);
          if (asked) handed.found = { digest, policy: asked.policy, note: operationNote(operation) };
        },
      };
    },
    onResponse({ response, serverContext: { req } }) {
      const { name, found } = (req && handedOn.get(req)) ?? {};
      if (name === undefined || found === undefined || response.status !== 200) return;
      if (!/^application\/(graphql-response\+)?json\b/.test(response.headers.get('content-type') ?? '')) return;
      // Their names are as they were written.
      const headers = [...response.headers].filter(([header]) => !OWN_HEADERS.includes(header.toLowerCase()));
      known.set(name, { headers: Object.fromEntries(headers), ...found });
    },
  };
  return { before, plugin };
}

function isCandidate({ method, url, headers }: IncomingMessage, endpoint: string): boolean {
  const length = Number(headers['content-length'] ?? 0);
  const isHere = method === 'POST' && url === endpoint;
  return isHere && length > 0 && length <= MAX_BODY_BYTES && isJsonType(headers['content-type'] ?? null);
}

/** Equal for requests that are answered alike: what somebody may ask depends on the key, how it is sent on the headers. */
function nameOf({ headers }: IncomingMessage, { caller }: Identity, body: Buffer): string {
  const who = caller instanceof AppError ? caller.code : caller.kind === 'key' ? caller.scope : '';
  const { 'content-type': type, accept, origin, 'access-control-request-headers': asked } = headers;
  return `${who}\n${type}\n${accept}\n${origin}\n${asked}\n${body.toString('latin1')}`;
}

function registersQuery({ query, extensions }: GraphQLParams): boolean {
  return Boolean(query) && extensions?.persistedQuery !== undefined;
}
