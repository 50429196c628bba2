import { createSocket } from 'node:dgram';

const TYPES = { 1: 'A', 28: 'AAAA' } as const;

/** Records by name and type: `{ 'shop.example': { A: ['192.0.2.1'] } }`; a name without any gets no answer at all. */
export type DnsRecords = Record<string, { A?: readonly string[]; AAAA?: readonly string[] } | 'silent'>;

export interface DnsServer {
  /** `address:port` */
  address: string;
  /** What was asked for, as `name type`, in order. */
  questions: string[];
  close(): Promise<void>;
}

/** A DNS server on 127.0.0.1 that knows `records`, and that what is not in there does not exist. */
export async function startDnsServer(records: DnsRecords): Promise<DnsServer> {
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const labels = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    const type = query.readUInt16BE(at + 1);
    const question = query.subarray(12, at + 5);
    const typeName = type === 1 || type === 28 ? TYPES[type] : undefined;
    questions.push(`${name} ${typeName}`);
    const known = records[name];
    if (known === 'silent') return;
    const addresses = (typeName && known?.[typeName]) ?? [];
    const header = Buffer.alloc(12);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    // A recursive answer; no error, or no such name.
    header.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const answers = addresses.map((text) => {
      const bytes = bytesOf(text);
      const answer = Buffer.alloc(12);
      answer.writeUInt16BE(0xc00c, 0);
      answer.writeUInt16BE(type, 2);
      answer.writeUInt16BE(1, 4);
      answer.writeUInt16BE(bytes.length, 10);
      return Buffer.concat([answer, bytes]);
    });
    socket.send(Buffer.concat([header, question, ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** An IPv4 address, or an IPv6 one that is written out in full. */
function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  return Buffer.from(
    address
      .split(':')
      .map((part) => part.padStart(4, '0'))
      .join(''),
    'hex',
  );
}
