import { QdrantClientResourceExhaustedError, type Schemas } from '@qdrant/js-client-rest';
import { Agent, request } from 'undici';

/** The requests that searches are made of, each with its answer's `result`. */
interface Reads {
  queryBatchPoints: Read<{ searches: Schemas['QueryRequest'][] }, Schemas['QueryResponse'][]>;
  getPoints: Read<Schemas['PointRequest'], Schemas['Record'][]>;
  countPoints: Read<Schemas['CountRequest'], Schemas['CountResult']>;
  facet: Read<Schemas['FacetRequest'], Schemas['FacetResponse']>;
}
type Read<Body, Result> = (
  body: Body & { collection_name: string },
  options?: { signal?: AbortSignal },
) => Promise<{ data: { result?: Result } }>;

const PATHS: Record<keyof Reads, string> = {
  queryBatchPoints: '/points/query/batch',
  getPoints: '/points',
  countPoints: '/points/count',
  facet: '/facet',
};

/** Qdrant closes a connection that was idle for five seconds. */
const KEEP_ALIVE_MS = 4_000;
const CONNECTIONS = 32;

/**
 * Those requests, sent without the client's own reading and writing of JSON: it calls a function for every number, on
 * account of whole ones beyond 2^53, which took most of the processor time of a search (10 to 16 ms in HYBRID). `url`
 * without a slash at its end. Rejects as the client does: an error with `status` and `data`, or a TypeError whose cause says what
 * happened to the connection.
 */
export function createFastReads({ url, headers }: { url: string; headers: Record<string, string> }): Reads {
  const dispatcher = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const all = { ...headers, 'content-type': 'application/json' };

  const send = async (path: string, body: object, signal: AbortSignal | undefined) => {
    let answer: { status: number; retryAfter: unknown; text: string };
    try {
      const sent = await request(`${url}${path}`, {
        method: 'POST',
        headers: all,
        body: JSON.stringify(body),
        dispatcher,
        signal: signal ?? null,
      });
      const { statusCode: status, headers: received } = sent;
      answer = { status, retryAfter: received['retry-after'], text: await sent.body.text() };
    } catch (cause) {
      throw new TypeError('fetch failed', { cause });
    }
    const { status, retryAfter, text } = answer;
    if (status === 200) return { data: JSON.parse(text) };
    if (status === 429 && typeof retryAfter === 'string') {
      throw new QdrantClientResourceExhaustedError('', retryAfter);
    }
    throw Object.assign(new Error(''), { status, data: parsed(text) });
  };
  const read =
    (name: keyof Reads) =>
    ({ collection_name, ...body }: { collection_name: string }, { signal }: { signal?: AbortSignal } = {}) =>
      send(`/collections/${encodeURIComponent(collection_name)}${PATHS[name]}`, body, signal);

  return {
    queryBatchPoints: read('queryBatchPoints'),
    getPoints: read('getPoints'),
    countPoints: read('countPoints'),
    facet: read('facet'),
  };
}

/** What an answer says that is no result: JSON, or the words of a proxy. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
