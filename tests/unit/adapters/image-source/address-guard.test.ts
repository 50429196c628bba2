import { describe, expect, test } from 'vitest';
import { createGuardedLookup, isPublicAddress } from '../../../../src/adapters/image-source/address-guard.ts';
import { checkUrl } from '../../../../src/adapters/image-source/url-rules.ts';

const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.215.14',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '192.169.0.1',
  '223.255.255.255',
  '2001:4860:4860::8888',
  '2606:4700::1111',
  '2a00:1450:4001:82a::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
];

const NOT_PUBLIC = {
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  'carrier NAT': ['100.64.0.1', '100.127.255.255'],
  'link-local': ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  metadata: ['169.254.169.254', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254'],
  'unique-local': ['fc00::1', 'fdff:ffff::1'],
  'site-local': ['fec0::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  reserved: ['192.0.0.1', '198.18.0.1', '198.19.255.255', '240.0.0.1', '192.88.99.1', '2001:2::1', '5f00::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  'never handed out': ['4000::1', '8000::1', '1::1'],
  'mapped IPv4': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
  'IPv4-compatible': ['::7f00:1', '::a00:1', '::127.0.0.1', '::808:808'],
  'translated IPv4': ['::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '64:ff9b:1::808:808'],
  '6to4': ['2002:7f00:1::', '2002:a00:1::1', '2002:808:808::1'],
  Teredo: ['2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'no address': ['', 'localhost', '127.1', '0x7f.0.0.1', '010.0.0.1', '8.8.8.8.8', '8.8.8.8 ', '2130706433'],
};

describe('which addresses are public', () => {
  test.each(PUBLIC)('a shop with images on %s is not locked out', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  const cases = Object.entries(NOT_PUBLIC).flatMap(([kind, list]) => list.map((address) => [address, kind]));
  test.each(cases)('nobody reaches %s (%s) through an image', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('addresses written into a URL', () => {
  const rules = { allowedHosts: [], allowPrivateNetwork: false };
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://017700000001/',
    'http://0/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://%31%32%37.0.0.1/',
    'http://①②⑦.0.0.1/',
    'http://127。0。0。1/',
    'http:127.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http://8.8.8.8@127.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://168.63.129.16/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://foo.localhost/',
    'http://printer/',
    'http://metadata.google.internal/',
    'http://nas.local/',
    'http://router.home.arpa/',
  ])('%s is refused before anything is asked of the network', (url) => {
    expect(() => checkUrl(new URL(url), rules)).toThrow(expect.objectContaining({ code: 'IMAGE_FORBIDDEN' }));
  });

  test.each(['http://8.8.8.8/', 'http://134744072/', 'http://[2606:4700::1111]/', 'https://shop.example.com./a.png'])(
    '%s stays usable',
    (url) => {
      expect(() => checkUrl(new URL(url), rules)).not.toThrow();
    },
  );
});

describe('names', () => {
  const ask = (answer: readonly string[], { all = true, allowPrivateNetwork = false } = {}) =>
    new Promise((resolve, reject) => {
      const lookup = createGuardedLookup({ resolveHost: async () => answer, allowPrivateNetwork });
      lookup('shop.example.com', { all }, (error, address, family) =>
        error ? reject(error) : resolve(all ? address : { address, family }),
      );
    });

  test('a shop whose name has several public addresses can be reached on each of them', async () => {
    expect(await ask(['8.8.8.8', '2606:4700::1111'])).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    expect(await ask(['8.8.8.8', '2606:4700::1111'], { all: false })).toEqual({ address: '8.8.8.8', family: 4 });
  });

  test.each([[['127.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['10.0.0.1', '8.8.8.8']], [['8.8.8.8', '::ffff:10.0.0.1']]])(
    'a name that answers %j opens no connection at all',
    async (answer) => {
      await expect(ask(answer)).rejects.toMatchObject({ code: 'IMAGE_FORBIDDEN' });
      await expect(ask(answer, { all: false })).rejects.toMatchObject({ code: 'IMAGE_FORBIDDEN' });
    },
  );

  test('a name without any address is a failed lookup, not a crash', async () => {
    await expect(ask([])).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('a shop that allows its private network can use names of it', async () => {
    expect(await ask(['10.0.0.1'], { allowPrivateNetwork: true })).toEqual([{ address: '10.0.0.1', family: 4 }]);
  });
});
