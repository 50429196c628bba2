import { badUserInput, StartupError, vectorStoreUnavailable } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import { createTokenizer } from '../tokens.ts';
import type { CollectionIdentity, IndexedProduct, VectorStore } from '../types.ts';
import { openCollection } from './alias.ts';
import { createQdrantApi, type Schemas } from './api.ts';
import { createQdrantCall, type QdrantCall } from './call.ts';
import type { NewCollectionSettings } from './collection.ts';
import type { CountDeps } from './facets.ts';
import { conditionsOf, equals, matchesNothing, toFilter, withMore } from './filter.ts';
import { createMatch, type MatchDeps } from './match.ts';
import {
  FACTS_FIELDS,
  ID_FIELDS,
  IMAGE_VECTOR,
  ifStored,
  imagesOf,
  PRODUCT_FIELDS,
  toFacts,
  toPoint,
  toProduct,
  toProductId,
  WORDS_FIELD,
} from './point.ts';
import { isPointId, toPointId } from './point-id.ts';
import { checkVersion, whenReachable } from './start.ts';
import { readStats } from './stats.ts';
import { createVocabularyReader } from './vocabulary.ts';

export interface QdrantStoreOptions {
  /** `http://host:6333` or `https://…`; a path prefix is kept. */
  url: string;
  apiKey?: string | undefined;
  identity: CollectionIdentity;
  /** How long one request may take, further tries included. */
  timeoutMs: number;
  newCollection: NewCollectionSettings;
  logger: Logger;
  /** How long to wait at start for a Qdrant that does not answer yet. Default 30 000. */
  startTimeoutMs?: number | undefined;
  /** Ends that waiting; opening rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** Products to a request: some 10 KB each with 512 dimensions, well below the 32 MB that Qdrant takes. */
const UPSERT_CHUNK = 100;
const GET_CHUNK = 1000;
/** Some 10 KB each, as numbers in JSON. */
const VECTORS_CHUNK = 200;

/**
 * How every write is sent. Medium ordering lets one machine of a cluster put the writes to a point in order, that with
 * the highest number among those that are up, so that all copies keep the same last version. Waiting answers when every
 * copy that is up has carried the write out.
 */
const IN_ORDER = { wait: true, ordering: 'medium' } as const;

function* chunksOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/**
 * A vector store in Qdrant (1.15.2 or later), for a catalogue that several servers share or that one machine cannot
 * hold. Creates the collection, its indexes and its alias when they are not there. Throws StartupError when Qdrant
 * cannot be reached or used, or when the collection holds another model's vectors or another language's words.
 */
export async function createQdrantStore(options: QdrantStoreOptions): Promise<VectorStore> {
  const { url, apiKey, identity, timeoutMs, newCollection, logger, startTimeoutMs = 30_000, signal } = options;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new StartupError('QDRANT_URL must be an http or https URL, such as http://localhost:6333.');
  }
  const { origin } = new URL(url);
  const tokenizer = await createTokenizer(identity.language);
  const api = createQdrantApi({ url, apiKey });
  const request = createQdrantCall({ timeoutMs });
  const opening: QdrantCall = (operation, send, callOptions) => request(operation, send, { signal, ...callOptions });
  const collection_name = await whenReachable(
    async () => {
      await checkVersion(api, opening, origin);
      return openCollection({ api, call: opening, logger }, identity, newCollection);
    },
    { origin, startTimeoutMs, logger, signal },
  );

  const { language } = identity;
  const vocabulary = createVocabularyReader({ url, apiKey, collection: collection_name, language, timeoutMs });
  let isClosed = false;
  const running = new Set<Promise<unknown>>();
  const call: QdrantCall = async (operation, send, callOptions) => {
    if (isClosed) throw vectorStoreUnavailable('The vector store is closed.');
    const answer = request(operation, send, callOptions);
    running.add(answer);
    return answer.finally(() => running.delete(answer));
  };

  async function retrieve(point: Schemas['PointRequest'], signal?: AbortSignal): Promise<Schemas['Record'][]> {
    return call('get', (either) => api.getPoints({ collection_name, ...point }, { signal: either }), { signal });
  }

  async function write(
    operation: string,
    send: (signal: AbortSignal) => Promise<{ data: { result?: Schemas['UpdateResult'] } }>,
  ): Promise<void> {
    const { status } = await call(operation, send);
    if (status === 'completed') return;
    throw vectorStoreUnavailable('The vector store has taken the change and not carried it out yet.', { status });
  }

  /** What is made of the payloads of points that exist, by point. */
  async function readEach<Value>(
    pointIds: readonly string[],
    fields: Schemas['WithPayloadInterface'],
    toValue: (payload: unknown) => Value,
    signal: AbortSignal | undefined,
  ): Promise<Map<string, Value>> {
    const chunks = [...chunksOf([...new Set(pointIds)], GET_CHUNK)];
    const points = await Promise.all(
      chunks.map((ids) => retrieve({ ids, with_payload: fields, with_vector: false }, signal)),
    );
    return new Map(points.flat().map(({ id, payload }) => [String(id), toValue(payload)]));
  }

  /** The embeddings of products, one of each image, by point. */
  const readImages: MatchDeps['readImages'] = async (pointIds, signal) => {
    const images = new Map<string, number[][]>();
    for (const ids of chunksOf([...new Set(pointIds)], VECTORS_CHUNK)) {
      const point = { ids, with_payload: false, with_vector: [IMAGE_VECTOR] };
      for (const { id, vector } of await retrieve(point, signal)) images.set(String(id), imagesOf(vector));
    }
    return images;
  };

  const get: VectorStore['get'] = async (ids, { signal } = {}) => {
    signal?.throwIfAborted();
    const found = await readEach(ids.map(toPointId), PRODUCT_FIELDS, toProduct, signal);
    return new Map(Array.from(found.values(), (product) => [product.id, product]));
  };

  const countAll: CountDeps['count'] = async (conditions, signal) => {
    const body: Schemas['CountRequest'] = { exact: true };
    const filter = toFilter(conditions);
    if (filter !== undefined) body.filter = filter;
    const send = (either: AbortSignal) => api.countPoints({ collection_name, ...body }, { signal: either });
    return (await call('count', send, { signal })).count;
  };
  const pointOf = (item: IndexedProduct): Schemas['PointStruct'] =>
    toPoint(item, tokenizer.weighWords(item.product), identity.dimension);
  const deps: MatchDeps = {
    api,
    call,
    collection: collection_name,
    tokenizer,
    count: countAll,
    readPayloads: (points, signal) => readEach(points, PRODUCT_FIELDS, (payload) => payload, signal),
    readImages,
    productIds: (points, signal) => readEach(points, ID_FIELDS, toProductId, signal),
    readFacts: (points, signal) => readEach(points, FACTS_FIELDS, toFacts, signal),
  };

  return {
    backend: 'qdrant',
    get,
    async embeddings(ids, { signal } = {}) {
      signal?.throwIfAborted();
      const images = await readImages(ids.map(toPointId), signal);
      return new Map(
        ids.flatMap((id) => {
          const vectors = images.get(toPointId(id));
          return vectors === undefined ? [] : [[id, Float32Array.from(vectors.flat())] as const];
        }),
      );
    },
    match: createMatch(deps),

    async count({ filter = {}, signal } = {}) {
      signal?.throwIfAborted();
      return matchesNothing(filter) ? 0 : countAll(conditionsOf(filter), signal);
    },

    async countHavingAll(texts, { filter = {}, signal } = {}) {
      signal?.throwIfAborted();
      const conditions = conditionsOf(filter);
      const counts = texts.map(async (text) => {
        const words = tokenizer.questionWords(text).map((word) => equals(WORDS_FIELD, word));
        return words.length === 0 || matchesNothing(filter) ? 0 : countAll(withMore(conditions, words), signal);
      });
      return Promise.all(counts);
    },

    async upsert(items) {
      const points = new Map(items.map((item) => [item.product.id, item]));
      for (const chunk of chunksOf([...points.values()], UPSERT_CHUNK)) {
        const body: Schemas['PointsList'] = {
          points: chunk.map(pointOf),
        };
        await write('upsert', (signal) => api.upsertPoints({ collection_name, ...IN_ORDER, ...body }, { signal }));
      }
    },

    async update({ product, known, firstImage }) {
      const ids = [toPointId(product.id)];
      const [stored] = await retrieve({ ids, with_payload: false, with_vector: [IMAGE_VECTOR] });
      if (stored === undefined) return false;
      const embedding = Float32Array.from(imagesOf(stored.vector).flat());
      if (firstImage) embedding.set(firstImage);
      const body = ifStored(known, pointOf({ product, embedding }));
      await write('update', (signal) => api.upsertPoints({ collection_name, ...IN_ORDER, ...body }, { signal }));
      // Qdrant does not say whether it has updated anything.
      const found = (await get([product.id])).get(product.id);
      return found?.contentHash === product.contentHash && found.indexedAt === product.indexedAt;
    },

    async delete(id) {
      const points = [toPointId(id)];
      // Qdrant does not say whether a delete found anything, and a delete that is sent twice would not find what its
      // first try removed. So the look comes before, and nothing is deleted that it did not see. Two servers that look
      // at one moment both see it.
      const [there] = await retrieve({ ids: points, with_payload: false, with_vector: false });
      if (there === undefined) return false;
      const body: Schemas['PointIdsList'] = { points };
      await write('delete', (signal) => api.deletePoints({ collection_name, ...IN_ORDER, ...body }, { signal }));
      return true;
    },

    async list({ after, limit, signal }) {
      signal?.throwIfAborted();
      if (after !== undefined && !isPointId(after)) {
        throw badUserInput([{ path: ['after'], message: 'after: not a cursor of this list' }]);
      }
      const body: Schemas['ScrollRequest'] = { limit, with_payload: PRODUCT_FIELDS };
      // The point that it names may be gone: Qdrant begins with the first one from there on.
      if (after !== undefined) body.offset = after;
      const send = (either: AbortSignal) => api.scrollPoints({ collection_name, ...body }, { signal: either });
      const { points, next_page_offset: next } = await call('list', send, { signal });
      return {
        products: points.map(({ payload }) => toProduct(payload)),
        next: typeof next === 'string' ? next : null,
      };
    },

    stats: () => readStats(deps),

    async vocabulary({ signal } = {}) {
      if (isClosed) throw vectorStoreUnavailable('The vector store is closed.');
      return vocabulary.read({ signal });
    },

    async ping() {
      // A health endpoint would say that the server runs, not that it has this collection and takes this key.
      const body: Schemas['QueryRequest'] = { limit: 1, with_payload: false };
      await call('ping', (signal) => api.queryPoints({ collection_name, ...body }, { signal }));
    },

    async close() {
      isClosed = true;
      // A write that was sent will be carried out: whoever counts writes must hear of it before the process ends.
      await Promise.allSettled(running);
      await vocabulary.close();
    },
  };
}
