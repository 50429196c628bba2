import { describe, expect, test } from 'vitest';
import { ReceivedFile } from '../../../src/adapters/image-source/received-images.ts';
import { readMultipart } from '../../../src/plugins/multipart.ts';

const TYPE = 'multipart/form-data; boundary=X';
const field = (name: string, value: string) =>
  `--X\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name: string, content: string, more = 'content-type: image/png\r\n') =>
  `--X\r\nContent-Disposition: form-data; name="${name}"; filename="a; name=b.png"\r\n${more}\r\n${content}\r\n`;
const OPERATIONS = { query: '{ a }', variables: { query: { image: null }, list: [null, 'text'] } };

function read(body: string | Buffer, type = TYPE) {
  const kept: string[] = [];
  const params = readMultipart(Buffer.from(body), type, (content) => {
    kept.push(content.toString('latin1'));
    return `url-${kept.length}`;
  });
  return { params, kept };
}

const form = (operations: unknown, map: unknown, ...files: string[]) =>
  `${field('operations', JSON.stringify(operations))}${field('map', JSON.stringify(map))}${files.join('')}--X--\r\n`;

describe('a form that brings files', () => {
  test('is read as the specification has it, each file in its places', () => {
    const map = { 0: ['variables.query.image', 'variables.list.0'] };
    const { params, kept } = read(form(OPERATIONS, map, file('0', '\r\n--\r\n--Y\r\n\0')));
    const image = new ReceivedFile('url-1');
    expect(params).toEqual({ query: '{ a }', variables: { query: { image }, list: [image, 'text'] } });
    expect(kept).toEqual(['\r\n--\r\n--Y\r\n\0']);
  });

  test.each([
    ['in quotes', 'multipart/form-data; charset=utf-8; boundary="X"'],
    ['in capitals', 'Multipart/Form-Data; BOUNDARY=X'],
  ])('may name its boundary %s', (_what, type) => {
    expect(read(form(OPERATIONS, {}), type).params).toEqual(OPERATIONS);
  });

  test('may have an empty file, an operation without files and its fields in any order', () => {
    expect(read(form(OPERATIONS, { 0: ['variables.query.image'] }, file('0', '', ''))).kept).toEqual(['']);
    const reversed = `${file('0', 'x')}${field('map', '{"0":["variables.list.0"]}')}${field('operations', JSON.stringify(OPERATIONS))}--X--`;
    expect(read(reversed).kept).toEqual(['x']);
  });

  const one = { 0: ['variables.query.image'] };
  test.each<[string, string | Buffer, RegExp]>([
    ['is empty', '', /does not begin with its boundary/],
    ['has another boundary', form(OPERATIONS, {}).replaceAll('--X', '--Y'), /does not begin with its boundary/],
    ['ends after its first line', '--X', /breaks off/],
    ['ends within headers', '--X\r\ncontent-disposition: form-data; na', /no end of its headers/],
    ['ends within a file', form(OPERATIONS, one, file('0', 'abc')).slice(0, -12), /breaks off/],
    ['ends before its end', form(OPERATIONS, one, file('0', 'abc')).slice(0, -6), /breaks off/],
    ['has endless headers', `--X\r\nx: ${'y'.repeat(5000)}\r\n\r\n`, /too many of them/],
    ['has a part without a name', '--X\r\ncontent-disposition: form-data\r\n\r\na\r\n--X--', /no name/],
    ['has no operations', `${field('map', '{}')}--X--`, /needs a field operations/],
    ['has operations as a file', `${file('operations', '{}')}${field('map', '{}')}--X--`, /needs a field operations/],
    ['has no map', `${field('operations', '{}')}--X--`, /needs a field map/],
    [
      'has broken JSON',
      `${field('operations', '{')}${field('map', '{}')}--X--`,
      /operations must be an object of JSON/,
    ],
    ['has a list of operations', form([OPERATIONS], {}), /one operation, not a list/],
    ['has large operations', form({ query: 'x'.repeat(100_000) }, {}), /at most 100000 bytes/],
    ['has a large map', form(OPERATIONS, { 0: ['x'.repeat(100_000)] }, file('0', 'a')), /at most 100000 bytes/],
    ['has a field twice', form(OPERATIONS, {}, field('map', '{}')), /two parts named "map"/],
    [
      'has a file that nobody maps',
      form(OPERATIONS, one, file('0', 'a'), file('1', 'b')),
      /a part "1", which map does not/,
    ],
    ['has a field besides', form(OPERATIONS, {}, field('other', 'b')), /a part "other", which map does not/],
    ['maps a file that it has not', form(OPERATIONS, one), /the file "0", which the form does not have/],
    ['maps a field', form(OPERATIONS, one, field('0', 'a')), /the file "0", which the form does not have/],
    ['maps no place', form(OPERATIONS, { 0: [] }, file('0', 'a')), /one to 5 paths/],
    ['maps many places', form(OPERATIONS, { 0: Array(6).fill('variables.list.0') }, file('0', 'a')), /one to 5 paths/],
    ['maps a number', form(OPERATIONS, { 0: [1] }, file('0', 'a')), /one to 5 paths/],
    [
      'maps one place twice',
      form(OPERATIONS, { 0: ['variables.list.0', 'variables.list.0'] }, file('0', 'a')),
      /no null/,
    ],
    ['maps a text', form(OPERATIONS, { 0: ['variables.list.1'] }, file('0', 'a')), /no null/],
    ['maps the query', form({ ...OPERATIONS, query: null }, { 0: ['query'] }, file('0', 'a')), /no null/],
    ['maps what is not there', form(OPERATIONS, { 0: ['variables.other'] }, file('0', 'a')), /no null/],
    ['maps a prototype', form(OPERATIONS, { 0: ['variables.__proto__.image'] }, file('0', 'a')), /no null/],
    ['maps a length', form(OPERATIONS, { 0: ['variables.list.length'] }, file('0', 'a')), /no null/],
    [
      'has more files than any search takes',
      form(OPERATIONS, one, ...Array.from({ length: 6 }, (_, i) => file(`${i}`, 'a'))),
      /at most 7 parts/,
    ],
    ['has countless fields', field('a', 'b').repeat(100_000), /two parts named "a"|at most 7 parts/],
  ])('that %s is refused, and told why', (_what, body, message) => {
    expect(() => read(body)).toThrow(message);
  });

  test('that names its own prototype changes nobody else', () => {
    const body = `${field('operations', '{"variables":{"__proto__":null}}')}${field('map', '{"0":["variables.__proto__"]}')}${file('0', 'a')}--X--`;
    const { params } = read(body);
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
    expect(Reflect.get({}, 'url')).toBeUndefined();
  });

  test('without a boundary is told so', () => {
    expect(() => read(form(OPERATIONS, {}), 'multipart/form-data')).toThrow(/names no boundary/);
  });
});
