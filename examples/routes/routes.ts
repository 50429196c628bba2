import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { loadCatalogue } from './catalogue.ts';
import { errorReply, HttpError, type Reply, readBody, send } from './http.ts';
import { readProduct, readSearch } from './input.ts';
import { AddProduct, GetProduct, GetSimilar, SearchProducts } from './operations.ts';
import type { Vitrine } from './vitrine.ts';

const MAX_PHOTO_BYTES = 20_000_000;
const MAX_PRODUCT_BYTES = 100_000;
const SIMILAR = 8;

interface Call {
  req: IncomingMessage;
  search: URLSearchParams;
  /** `:id` of the path. */
  id: string;
  /** Aborted when the caller has left. */
  signal: AbortSignal;
}

interface Route {
  method: 'GET' | 'POST';
  pathname: string;
  /** Whether the shop's own token must be shown. */
  isAdmin?: boolean;
  run(call: Call): Promise<Reply>;
}

/** The routes of a shop's server in front of Vitrine. Without a token nobody may write. */
export function createRoutes({ vitrine, adminToken }: { vitrine: Vitrine; adminToken?: string | undefined }) {
  const search = async ({ search, signal }: Call, photo?: Blob): Promise<Reply> => {
    const { text, ...rest } = readSearch(search);
    const query = photo === undefined ? (text === undefined ? null : { text }) : { image: null, text };
    const variables = { ...rest, query };
    return { body: (await vitrine.ask(SearchProducts, variables, { signal, ...(photo && { photo }) })).searchProducts };
  };

  const routes: Route[] = [
    { method: 'GET', pathname: '/search', run: (call) => search(call) },
    {
      method: 'POST',
      pathname: '/search/photo',
      run: async (call) => search(call, new Blob([await readBody(call.req, MAX_PHOTO_BYTES)])),
    },
    {
      method: 'GET',
      pathname: '/products/:id',
      async run({ id, signal }) {
        const { product } = await vitrine.ask(GetProduct, { id }, { signal });
        return { body: product ?? noProduct() };
      },
    },
    {
      method: 'GET',
      pathname: '/products/:id/similar',
      async run({ id, signal }) {
        const { product } = await vitrine.ask(GetSimilar, { id, first: SIMILAR }, { signal });
        return { body: product?.similar ?? noProduct() };
      },
    },
    {
      method: 'POST',
      pathname: '/products',
      isAdmin: true,
      async run({ req, signal }) {
        const input = readProduct((await readBody(req, MAX_PRODUCT_BYTES)).toString());
        return { status: 201, body: (await vitrine.ask(AddProduct, { input }, { signal })).indexProduct };
      },
    },
    {
      method: 'POST',
      pathname: '/catalogue',
      isAdmin: true,
      run: async ({ req, signal }) => ({ body: await loadCatalogue(vitrine, req, signal) }),
    },
  ];
  const table = routes.map((route) => ({ ...route, pattern: new URLPattern({ pathname: route.pathname }) }));

  const answer = async (req: IncomingMessage, signal: AbortSignal): Promise<Reply> => {
    const url = new URL(req.url ?? '/', 'http://shop');
    const here = table.flatMap((route) => {
      const match = route.pattern.exec(url);
      return match ? [{ ...route, id: decode(match.pathname.groups.id ?? '') }] : [];
    });
    if (here.length === 0) throw new HttpError(404, 'There is no such route.');
    const route = here.find(({ method }) => method === req.method);
    if (!route) throw new HttpError(405, `Use ${here.map(({ method }) => method).join(' or ')}.`);
    if (route.isAdmin && !showsToken(req, adminToken)) throw new HttpError(403, 'This is for the office alone.');
    return route.run({ req, search: url.searchParams, id: route.id, signal });
  };

  const listener: RequestListener = (req, res) => {
    const left = new AbortController();
    res.once('close', () => left.abort());
    answer(req, left.signal).then(
      (reply) => send(res, reply),
      (error) => {
        if (!left.signal.aborted) send(res, errorReply(error));
      },
    );
  };
  return listener;
}

function noProduct(): never {
  throw new HttpError(404, 'There is no such product.');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, 'This address cannot be read.');
  }
}

/** Compared in a time that does not tell how much of it is right. */
function showsToken({ headers }: IncomingMessage, token: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return token !== undefined && timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
}
