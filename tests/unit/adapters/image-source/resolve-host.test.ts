import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHostResolver, type HostResolverOptions } from '../../../../src/adapters/image-source/resolve-host.ts';
import { type DnsServer, startDnsServer } from '../../../support/dns-server.ts';

const V6 = '2001:db8:0:0:0:0:0:1';
let dns: DnsServer;
let dir: string;
let files: { hostsFile: string; resolvConf: string };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vitrine-names-'));
  files = { hostsFile: join(dir, 'hosts'), resolvConf: join(dir, 'resolv.conf') };
  await writeFile(
    files.hostsFile,
    '127.0.0.1 localhost\n# 9.9.9.9 commented\n192.0.2.7\tCDN.example  cdn # ours\nfe80::1 cdn.example\nbroken line\n',
  );
  await writeFile(files.resolvConf, 'search old.example\nnameserver 192.0.2.53\nsearch shop.internal cluster.local.\n');
  const silent = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`n${i}.silent.example`, 'silent' as const]));
  dns = await startDnsServer({
    'both.example': { A: ['192.0.2.1', '192.0.2.2'], AAAA: [V6] },
    'four.example': { A: ['192.0.2.4'] },
    'six.example': { AAAA: [V6] },
    'empty.example': {},
    'minio.cluster.local': { A: ['10.0.0.9'] },
    'images.storage.cluster.local': { A: ['10.0.0.10'] },
    ...silent,
  });
});
afterAll(async () => {
  await dns.close();
  await rm(dir, { recursive: true });
});

const resolverWith = (options: Partial<HostResolverOptions> = {}) =>
  createHostResolver({ useSearchDomains: false, servers: [dns.address], ...files, ...options });

describe('names are found where the system finds them', () => {
  test.each([
    ['both.example', ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
    ['four.example', ['192.0.2.4']],
    ['FOUR.example.', ['192.0.2.4']],
    ['six.example', ['2001:db8::1']],
    // The hosts file goes before the DNS.
    ['cdn.example', ['192.0.2.7', 'fe80::1']],
    ['cdn', ['192.0.2.7']],
    ['localhost', ['127.0.0.1']],
    ['shop.localhost', ['127.0.0.1', '::1']],
  ])('%s', async (name, addresses) => {
    expect(await resolverWith()(name)).toEqual(addresses);
  });

  test.each(['none.example', 'commented', 'minio'])('%s does not exist', async (name) => {
    await expect(resolverWith()(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('a name without addresses is no address', async () => {
    await expect(resolverWith()('empty.example')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  test('a service of a cluster or of docker is found by its short name, where private networks are allowed', async () => {
    const resolve = resolverWith({ useSearchDomains: true });
    expect(await resolve('minio')).toEqual(['10.0.0.9']);
    expect(await resolve('images.storage')).toEqual(['10.0.0.10']);
    await expect(resolve('minio.')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(dns.questions.filter((question) => question.includes('old.example'))).toEqual([]);
  });

  test('a system without such files is asked by DNS alone', async () => {
    const resolve = resolverWith({
      hostsFile: join(dir, 'none'),
      resolvConf: join(dir, 'none'),
      useSearchDomains: true,
    });
    expect(await resolve('four.example')).toEqual(['192.0.2.4']);
    expect(await resolve('localhost')).toEqual(['127.0.0.1', '::1']);
  });
});

test('names whose servers never answer hold up no other one', async () => {
  const resolve = resolverWith();
  let answered = 0;
  for (let i = 0; i < 40; i += 1) {
    const count = () => {
      answered += 1;
    };
    resolve(`n${i}.silent.example`).then(count, count);
  }
  expect(await resolve('four.example')).toEqual(['192.0.2.4']);
  expect(answered).toBe(0);
});

test('those who ask for one name at the same time ask once', async () => {
  const before = dns.questions.length;
  const resolve = resolverWith();
  await Promise.all([resolve('both.example'), resolve('both.example'), resolve('both.example')]);
  expect(dns.questions.slice(before).sort()).toEqual(['both.example A', 'both.example AAAA']);
});
