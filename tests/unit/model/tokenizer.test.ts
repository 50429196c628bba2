import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../../src/model/tokenizer.ts';
import { MINI } from './tiny-model.ts';

const START = 4094;
const END = 4095;

function readMini(name: string): object {
  return JSON.parse(readFileSync(join(MINI, name), 'utf8'));
}

function create({ file = {}, config = {}, positions = 77 } = {}) {
  return createTokenizer(
    { ...readMini('tokenizer.json'), ...file },
    { ...readMini('tokenizer_config.json'), ...config },
    positions,
  );
}

describe('tokenizer', () => {
  test('a text longer than the model reads keeps its end token, from which CLIP takes the meaning', () => {
    const { encode, maxLength } = create();
    const short = encode('summer dress');
    const long = encode('summer dress '.repeat(100));
    expect(maxLength).toBe(77);
    expect(long).toHaveLength(77);
    expect(long.slice(0, short.length - 1)).toEqual(short.slice(0, -1));
    expect(long.at(-1)).toBe(END);
  });

  test('a text of exactly the longest length is not cut', () => {
    const { encode } = create();
    const words = (count: number) => encode('dress '.repeat(count));
    const perWord = words(2).length - words(1).length;
    expect(perWord).toBe(1);
    expect(words(75)).toHaveLength(77);
    expect(words(76)).toEqual(words(75));
  });

  test('a short text stays short, since every padded place costs time', () => {
    expect(create().encode('red dress').length).toBeLessThan(10);
    expect(create().paddedLength).toBeUndefined();
  });

  test('capitals, blanks and composed accents make no difference to what is found', () => {
    const { encode } = create();
    expect(encode('  RED \n Dress ')).toEqual(encode('red dress'));
    expect(encode('cafe\u0301')).toEqual(encode('café'));
  });

  test('an empty text is the two marks around nothing', () => {
    expect(create().encode('')).toEqual([START, END]);
  });

  test("a text that spells out the model's marks does not crash", () => {
    expect(create().encode('<|endoftext|> red').at(-1)).toBe(END);
  });

  test('the smallest of all limits counts, and 1e30 is none', () => {
    expect(create({ config: { model_max_length: 1e30 } }).maxLength).toBe(77);
    expect(create({ config: { model_max_length: 1e30 }, positions: 64 }).maxLength).toBe(64);
    expect(create({ file: { truncation: { max_length: 32 } } }).encode('dress '.repeat(50))).toHaveLength(32);
  });

  test("a tokenizer that asks for a fixed length gets it, as SigLIP's does", () => {
    const padding = { strategy: { Fixed: 64 }, pad_id: 1 };
    expect(create({ file: { padding } })).toMatchObject({ paddedLength: 64, padId: 1 });
    const longest = { strategy: 'BatchLongest', pad_id: 1 };
    expect(create({ file: { padding: longest } }).paddedLength).toBeUndefined();
  });
});
