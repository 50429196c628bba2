// Asks a server as fast as it answers: load.ts URL CONNECTIONS REQUESTS FIRST, where FIRST is the number of the first search
// body, or `same` for one body again and again, or `image` for large ones. Prints the seconds that all took together.
// Plain sockets, since whatever a client costs is missing from the server's core on a machine of two.
import { connect, type Socket } from 'node:net';
import { searchBody } from './storefront.ts';

const [address = '', connections = '', requests = '', first = ''] = process.argv.slice(2);
const { hostname, port, pathname, host } = new URL(address);
const total = Number(requests);
let sent = 0;
let answered = 0;

function message(number: number): Buffer {
  const body =
    first === 'image'
      ? JSON.stringify({
          query: '{ a }',
          variables: { query: { imageUrl: `data:image/png;base64,${'A'.repeat(126_000)}` } },
        })
      : searchBody(first === 'same' ? 0 : Number(first) + number);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const repeated = first === 'same' || first === 'image' ? message(0) : undefined;

/** Whether an answer has arrived whole. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end + 2)) ?? [];
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= end + 4 + Number(length);
}

function send(socket: Socket): void {
  if (sent === total) return void socket.end();
  socket.write(repeated ?? message(sent));
  sent += 1;
}

const started = performance.now();
for (let index = 0; index < Number(connections); index += 1) {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let received = '';
  socket.on('connect', () => send(socket));
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    if (!isWhole(received)) return;
    const expected = first === 'image' ? 'HTTP/1.1 503' : 'HTTP/1.1 200';
    if (!received.startsWith(expected) || received.includes('"errors"') !== (first === 'image')) {
      throw new Error(`The server answered ${received.slice(0, 500)}`);
    }
    received = '';
    answered += 1;
    if (answered === total) process.stdout.write(String((performance.now() - started) / 1000));
    send(socket);
  });
}
