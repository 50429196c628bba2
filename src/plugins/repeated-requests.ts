import { getOperationAST, Kind } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Access } from '../adapters/access/access.ts';
import type { ResponseCache } from '../adapters/cache/response-cache.ts';
import type { Budget, FieldPolicy } from '../context.ts';
import { AppError } from '../errors.ts';
import type { Connection, Identity } from './access.ts';
import { userError } from './http-routes.ts';
import { operationNote, pathOf, type RequestNote, type RequestNotes } from './request-log.ts';
import { type QuestionDigests, UNCACHED } from './response-cache.ts';
import type { RootField } from './root-fields.ts';
import { isMultipart } from './uploads.ts';

/** Longer ones bring images, and are rarely sent twice. */
const MAX_BODY_BYTES = 16_000;
/** Memory for what is known: some 8,000 requests of 600 characters. */
const KNOWN_BYTES = 12_000_000;
const ENTRY_OVERHEAD_BYTES = 300;

/** What was found out about a request when it was answered: all that an equal one depends on, besides its time. */
interface KnownRequest {
  /** Of its operation, in the keys of answers. */
  digest: string;
  policy: FieldPolicy;
  note: RequestNote;
  contentType: string;
}

interface RepeatedRequestOptions {
  endpoint: string;
  cache: Pick<ResponseCache, 'written'>;
  /** The key of a question's answer now. */
  keyOf(digest: string): Promise<string>;
  digests: QuestionDigests;
  rootFields: readonly RootField[];
  identify(request: Request, connection: Connection): Identity;
  access: Access;
  /** Counts one more on a budget of a caller; throws RATE_LIMITED. */
  charge(caller: string, budget: Budget): Promise<void>;
  notes: RequestNotes;
}

/**
 * A short way to the cache, for requests that equal an earlier one letter by letter and ask for one field that may be
 * cached: their documents need not be parsed, their variables not be looked through, and the answer is sent as it is
 * kept. Only what these depend on is remembered. Key, budget and epoch are asked each time, as on the long way, and whatever
 * is not a plain hit goes there: nothing is refused here. Put it behind the plugins that refuse bodies, and before
 * those that look into them.
 */
export function useRepeatedRequests(options: RepeatedRequestOptions): Plugin<object, Connection> {
  const { endpoint, cache, keyOf, digests, rootFields, identify, access, charge, notes } = options;
  const known = new LRUCache<string, KnownRequest>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: (_value, key) => 2 * key.length + ENTRY_OVERHEAD_BYTES,
  });
  /** What requests on the long way are to be known by, and what is found out about them there. */
  const learning = new WeakMap<Request, { name: string; found?: Pick<KnownRequest, 'policy' | 'note'> }>();

  /** The answer, where the caller may have it and it is there. */
  async function recall(request: Request, connection: Connection, { digest, policy }: KnownRequest) {
    const { caller, name } = identify(request, connection);
    if (caller instanceof AppError) return undefined;
    const key = await keyOf(digest);
    const answer = key === UNCACHED ? undefined : await cache.written(key);
    if (answer === undefined) return undefined;
    try {
      if (policy.scope !== null) access.require(caller, policy.scope);
      if (policy.budget !== null) await charge(name, policy.budget);
    } catch (error) {
      // Told on the long way, where every refusal is told; a call that is refused does not count.
      if (error instanceof AppError) return undefined;
      throw error;
    }
    return answer;
  }

  return {
    async onRequest({ request, serverContext, fetchAPI, endResponse }) {
      // Yoga's own requests can be read twice.
      if (!isCandidate(request, endpoint) || !(request instanceof fetchAPI.Request)) return;
      let body: string;
      try {
        body = await request.text();
      } catch {
        const text = JSON.stringify(userError('The request body broke off.'));
        return endResponse(
          new fetchAPI.Response(text, { status: 400, headers: { 'content-type': 'application/json' } }),
        );
      }
      const name = nameOf(request, identify(request, serverContext), body);
      const before = known.get(name);
      if (before === undefined) {
        learning.set(request, { name });
        return;
      }
      const answer = await recall(request, serverContext, before);
      if (answer === undefined) return;
      notes.set(request, before.note);
      endResponse(new fetchAPI.Response(answer, { headers: { 'content-type': before.contentType } }));
    },
    onParams({ request, params }) {
      // What brings a query to be kept under its hash is to arrive there each time.
      if (registersQuery(params)) learning.delete(request);
    },
    onExecute({ args: { document, operationName, contextValue } }) {
      const learnt = learning.get(contextValue.request);
      const operation = getOperationAST(document, operationName);
      if (!learnt || operation?.operation !== 'query') return;
      const [field, ...others] = operation.selectionSet.selections;
      if (field?.kind !== Kind.FIELD || others.length > 0) return;
      const asked = rootFields.find(({ type, name }) => type === 'Query' && name === field.name.value);
      if (asked?.policy.cached) learnt.found = { policy: asked.policy, note: operationNote(operation) };
    },
    onResponse({ request, response }) {
      const { name, found } = learning.get(request) ?? {};
      const digest = digests.get(request);
      const contentType = response.headers.get('content-type') ?? '';
      if (name === undefined || found === undefined || digest === undefined || response.status !== 200) return;
      if (/^application\/(graphql-response\+)?json\b/.test(contentType))
        known.set(name, { digest, contentType, ...found });
    },
  };
}

function isCandidate(request: Request, endpoint: string): boolean {
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  const isHere = pathOf(request.url) === endpoint && !request.url.includes('?');
  return request.method === 'POST' && length <= MAX_BODY_BYTES && isHere && !isMultipart(request);
}

/** Equal for requests that are answered alike: what somebody may ask depends on the key, what is sent on `accept`. */
function nameOf({ headers }: Request, { caller }: Identity, body: string): string {
  const who = caller instanceof AppError ? caller.code : caller.kind === 'key' ? caller.scope : '';
  return `${who}\n${headers.get('accept') ?? ''}\n${body}`;
}

function registersQuery({ query, extensions }: GraphQLParams): boolean {
  return Boolean(query) && extensions?.persistedQuery !== undefined;
}
