import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Where the attacked server is, and whom the attacker claims to be. */
export interface Target {
  url: string;
  address: string;
}

/** One kind of attack: what it sends once. Whatever the server answers is fine, as long as it answers others. */
export type Attack = (target: Target) => Promise<void>;

const SEARCH =
  'query Q($query: SearchInput!, $filter: ProductFilter) { searchProducts(query: $query, filter: $filter) { totalCount } }';

/** Sends a body as JSON and reads what comes back, for twenty seconds at most. */
async function post({ url, address }: Target, body: string | Buffer): Promise<void> {
  // Not by fetch, which copies the body: on two cores the attackers would take from the server what they measure.
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-forwarded-for': address,
  };
  const asked = request(url, { method: 'POST', headers, agent, signal: AbortSignal.timeout(20_000) });
  asked.end(body);
  const [response] = await once(asked, 'response');
  await once(response.resume(), 'end');
}
const agent = new Agent({ keepAlive: true });
const ask = (target: Target, query: string, variables: object = {}) =>
  post(target, JSON.stringify({ query, variables }));
const search = (target: Target, query: object, filter: object = {}) => ask(target, SEARCH, { query, filter });
const searchImage = (target: Target, imageUrl: string) => search(target, { imageUrl });
const dataUrl = (type: string, bytes: Buffer) => `data:image/${type};base64,${bytes.toString('base64')}`;

/** Fragments, each spread twice by the one before. */
function fragmentBomb(levels: number): string {
  const fragments = Array.from({ length: levels }, (_, at) => `fragment f${at} on Query{...f${at + 1} ...f${at + 1}}`);
  return `{...f0} ${fragments.join(' ')} fragment f${levels} on Query{health{status}}`;
}

/** A progressive JPEG whose last scan comes again and again. */
async function manyScans(scans: number): Promise<Buffer> {
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 251));
  const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .resize(640, 640)
    .jpeg({ progressive: true })
    .toBuffer();
  const lastScan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
  const end = jpeg.length - 2;
  return Buffer.concat([
    jpeg.subarray(0, end),
    ...Array.from({ length: scans }, () => jpeg.subarray(lastScan, end)),
    jpeg.subarray(end),
  ]);
}

/** A PNG of one grey pixel in each of so many rows. */
function strip(rows: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(1, 0);
  header.writeUInt32BE(rows, 4);
  header.writeUInt8(8, 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(2 * rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A host that takes connections and never says a word. */
async function openTarpit(): Promise<{ url: string; server: Server }> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = isTcp(address) ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, server };
}
const isTcp = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

/** A request whose body never ends. */
async function unfinishedBody({ url, address }: Target): Promise<void> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nx-forwarded-for: ${address}\r\n` +
      `content-type: application/json\r\ncontent-length: 25000000\r\n\r\n{"query":"`,
  );
  socket.write('x'.repeat(5_000_000));
  await sleep(5_000);
  socket.destroy();
}

/** The attacks of the hostile trial, ready to be sent, by what they aim at. `close` frees the host that never answers. */
export async function prepareAttacks(): Promise<{ attacks: Record<string, Attack>; close(): void }> {
  const tarpit = await openTarpit();
  const thousandScans = dataUrl('jpeg', await manyScans(1_000));
  const tenThousandScans = dataUrl('jpeg', await manyScans(10_000));
  const longStrip = dataUrl('png', strip(49_000_000));
  const hugeAvif = dataUrl(
    'avif',
    await sharp({ create: { width: 8_000, height: 6_000, channels: 3, background: 'red' } })
      .avif({ effort: 0 })
      .toBuffer(),
  );
  const noise = Buffer.from(Array.from({ length: 2_500 * 2_500 }, () => Math.floor(Math.random() * 256)));
  const bigImage = dataUrl(
    'png',
    await sharp(noise, { raw: { width: 2_500, height: 2_500, channels: 1 } })
      .png()
      .toBuffer(),
  );
  const big = 'x'.repeat(25_000_000);
  const bigDocument = Buffer.from(JSON.stringify({ query: `#${big}\n{health{status}}` }));
  const filtered = { query: { text: 'red' }, filter: { categories: [big] } };
  const bigFilter = Buffer.from(JSON.stringify({ query: SEARCH, variables: filtered }));
  const values = Array.from({ length: 1_000 }, (_, at) => `value${at}`);
  let number = 0;

  const attacks: Record<string, Attack> = {
    'fragments that double': (target) => ask(target, fragmentBomb(30)),
    'a document of 25 MB': (target) => post(target, bigDocument),
    'combining marks': (target) => search(target, { text: `a${'\u0301'.repeat(120_000)}` }),
    'a filter value of 25 MB': (target) => post(target, bigFilter),
    'a JPEG of 1,000 scans': (target) => searchImage(target, thousandScans),
    'a JPEG of 10,000 scans': (target) => searchImage(target, tenThousandScans),
    'a strip of 49,000,000 rows': (target) => searchImage(target, longStrip),
    'an AVIF of 48 megapixels': (target) => searchImage(target, hugeAvif),
    'data: images of megabytes': (target) => searchImage(target, bigImage),
    'bodies that never end': unfinishedBody,
    'a host that never answers': async (target) => {
      await Promise.all(Array.from({ length: 10 }, () => searchImage(target, `${tarpit.url}/${number++}.jpg`)));
    },
    'one field 480 times': (target) => ask(target, `{${'health{status}'.repeat(480)}}`),
    '50,000 filter values': (target) =>
      search(
        target,
        { text: 'red' },
        { attributes: Array.from({ length: 50 }, (_, at) => ({ name: `a${at}`, anyOf: values })) },
      ),
    'variables nested deep': (target) =>
      post(target, `{"query":"{health{status}}","variables":{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}}`),
    'a name of 1 MB': (target) =>
      post(
        target,
        JSON.stringify({ query: `query ${'n'.repeat(10_000)} {health{status}}`, operationName: 'n'.repeat(1_000_000) }),
      ),
    'many images at once': async (target) => {
      const image = dataUrl(
        'png',
        await sharp({ create: { width: 300, height: 300, channels: 3, background: { r: number++ % 256, g: 9, b: 9 } } })
          .png()
          .toBuffer(),
      );
      await Promise.all(Array.from({ length: 30 }, () => searchImage(target, image)));
    },
  };
  return { attacks, close: () => tarpit.server.close() };
}
