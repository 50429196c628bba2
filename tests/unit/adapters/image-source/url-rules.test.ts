import { describe, expect, test } from 'vitest';
import {
  checkUrl,
  parseAllowedHosts,
  parseImageUrl,
  redirectTarget,
} from '../../../../src/adapters/image-source/url-rules.ts';

const rulesFor = (hosts: readonly string[], allowPrivateNetwork = false) => ({
  allowedHosts: parseAllowedHosts(hosts),
  allowPrivateNetwork,
});
const isAllowed = (url: string, rules = rulesFor([])) => {
  try {
    checkUrl(new URL(url), rules);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: 'AppError', code: 'IMAGE_FORBIDDEN' });
    return false;
  }
};

describe('schemes and credentials', () => {
  test.each([
    'file:///etc/passwd',
    'ftp://shop.example.com/a.png',
    'gopher://shop.example.com/',
    'ws://shop.example.com/',
    'blob:https://shop.example.com/1',
    'javascript:alert(1)',
    'unix:/run/docker.sock',
    'https://user@shop.example.com/a.png',
    'https://user:secret@shop.example.com/a.png',
    'https://:secret@shop.example.com/a.png',
  ])('%s is not read', (url) => {
    expect(isAllowed(url)).toBe(false);
    expect(isAllowed(url, rulesFor([], true))).toBe(false);
  });
});

describe('ports', () => {
  test.each([
    'http://shop.example.com/',
    'https://shop.example.com/',
    'http://shop.example.com:8080/',
    'https://shop.example.com:8443/',
    'http://shop.example.com:443/',
  ])('an image at %s is had', (url) => expect(isAllowed(url)).toBe(true));
  test.each([22, 25, 3306, 5432, 6379, 6333, 9200, 11211, 1, 65535])(
    'port %i of a public host is not knocked at',
    (port) => expect(isAllowed(`http://shop.example.com:${port}/`)).toBe(false),
  );
  test('a shop can allow an odd port for one host, and for that host only', () => {
    const rules = rulesFor(['media.example.com:9000', 'shop.example.com']);
    expect(isAllowed('http://media.example.com:9000/a.png', rules)).toBe(true);
    expect(isAllowed('http://media.example.com/a.png', rules)).toBe(false);
    expect(isAllowed('http://shop.example.com:9000/a.png', rules)).toBe(false);
    expect(isAllowed('http://shop.example.com/a.png', rules)).toBe(true);
  });
  test('a shop that allows its private network can use any port there, unless it lists another', () => {
    expect(isAllowed('http://10.0.0.7:9000/a.png', rulesFor([], true))).toBe(true);
    expect(isAllowed('http://minio:9000/a.png', rulesFor(['minio'], true))).toBe(true);
    expect(isAllowed('http://minio:9001/a.png', rulesFor(['minio:9000'], true))).toBe(false);
  });
});

describe('allowed hosts', () => {
  test('images come from listed hosts only', () => {
    const rules = rulesFor(['shop.example.com', '*.cdn.example', 'Bücher.example', '[2606:4700::1111]']);
    for (const host of [
      'shop.example.com',
      'SHOP.example.com.',
      'a.cdn.example',
      'a.b.cdn.example',
      'xn--bcher-kva.example',
      '[2606:4700::1111]',
    ]) {
      expect.soft(isAllowed(`https://${host}/a.png`, rules), host).toBe(true);
    }
    for (const host of [
      'example.com',
      'xshop.example.com',
      'shop.example.com.evil.example',
      'cdn.example',
      'evilcdn.example',
      '8.8.8.8',
    ]) {
      expect.soft(isAllowed(`https://${host}/a.png`, rules), host).toBe(false);
    }
  });
  test('a listed host is still refused when it is private: the list opens no network', () => {
    expect(isAllowed('http://10.0.0.7/a.png', rulesFor(['10.0.0.7']))).toBe(false);
    expect(isAllowed('http://minio/a.png', rulesFor(['minio']))).toBe(false);
    expect(isAllowed('http://10.0.0.7/a.png', rulesFor(['10.0.0.7'], true))).toBe(true);
  });
  test.each([
    '*',
    '',
    'https://shop.example',
    'shop.example/',
    'a*.example',
    '*.*.example',
    'shop.example:0',
    'shop.example:99999',
    'user@shop.example',
    '::1',
    'a b',
  ])('a mistyped entry "%s" is told at start, not found out by missing images', (entry) => {
    expect(() => parseAllowedHosts([entry])).toThrow(expect.objectContaining({ name: 'StartupError' }));
  });
});

describe('redirects', () => {
  const from = new URL('https://shop.example.com/images/a');
  test('a relative redirect leads to the right place', () => {
    expect(redirectTarget(from, '../b.png', rulesFor([])).href).toBe('https://shop.example.com/b.png');
    expect(redirectTarget(new URL('http://shop.example.com'), 'https://cdn.example/x', rulesFor([])).href).toBe(
      'https://cdn.example/x',
    );
  });
  test.each([
    'http://shop.example.com/b.png',
    'http://127.0.0.1/',
    'https://127.0.0.1/',
    'https://[::1]/',
    '//localhost/',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'https://shop.example.com:22/',
    'https://u:p@shop.example.com/',
  ])('a redirect to %s is not followed', (location) => {
    expect(() => redirectTarget(from, location, rulesFor([]))).toThrow(
      expect.objectContaining({ code: 'IMAGE_FORBIDDEN' }),
    );
  });
  test('a redirect leaves the list of allowed hosts no more than the first URL may', () => {
    expect(() => redirectTarget(from, 'https://evil.example/', rulesFor(['shop.example.com']))).toThrow(
      expect.objectContaining({ code: 'IMAGE_FORBIDDEN' }),
    );
  });
  test('a redirect that is no URL is a host that does not work', () => {
    expect(() => redirectTarget(from, 'http://[', rulesFor([]))).toThrow(
      expect.objectContaining({ code: 'IMAGE_UNREACHABLE' }),
    );
  });
});

test('what is no URL is refused with words that say what to give', () => {
  for (const text of [
    '',
    'a.png',
    '/a.png',
    '//shop.example/a.png',
    'http://',
    'http://a b/',
    `http://shop.example/${'a'.repeat(9000)}`,
  ]) {
    expect.soft(() => parseImageUrl(text), text.slice(0, 40)).toThrow(/must be an absolute http\(s\) URL/);
  }
});
