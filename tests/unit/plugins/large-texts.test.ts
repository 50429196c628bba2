import { describe, expect, test } from 'vitest';
import { TooMuchInBody, takeOutLargeTexts } from '../../../src/plugins/large-texts.ts';

/** What is left of a body, and what was put aside. */
function takeOut(body: string) {
  const aside: string[] = [];
  const left = takeOutLargeTexts(Buffer.from(body), (dataUrl) => {
    aside.push(dataUrl.toString());
    return `data:${aside.length}`;
  });
  return { left: left.toString(), aside };
}

const image = `data:image/png;base64,${'iVBO/+9='.repeat(5_000)}`;

describe('an image in a body', () => {
  test('is put aside whole, and everything around it stays as it is', () => {
    const body = {
      query: '{ a(b: "c") }',
      variables: { text: 'a \\ "quoted" \\" ü€😀 \u2028', url: image, n: [1, '', {}] },
    };
    const { left, aside } = takeOut(JSON.stringify(body));
    expect(JSON.parse(left)).toEqual({ ...body, variables: { ...body.variables, url: 'data:1' } });
    expect(aside).toEqual([image]);
  });

  test('is found where slashes are escaped, as PHP writes them', () => {
    const { left, aside } = takeOut(JSON.stringify({ a: image, b: [image] }).replaceAll('/', '\\/'));
    expect(JSON.parse(left)).toEqual({ a: 'data:1', b: ['data:2'] });
    expect(aside).toEqual([image, image]);
  });

  test('stays where it is small', () => {
    const small = JSON.stringify({ a: image.slice(0, 9_000) });
    expect(takeOut(small)).toEqual({ left: small, aside: [] });
  });
});

describe('any other text', () => {
  test('stays up to a million bytes, and is cut beyond', () => {
    const { left } = takeOut(JSON.stringify({ a: 'x'.repeat(1_000_000), b: 'y'.repeat(3_000_000), c: 1 }));
    expect(JSON.parse(left)).toEqual({ a: 'x'.repeat(1_000_000), b: 'y'.repeat(1_000_000), c: 1 });
  });

  test.each([
    ['escapes', '\\u00e9'],
    ['escaped backslashes', '\\\\'],
    ['escaped quotes', '\\"'],
    ['letters of four bytes', '😀'],
    ['backslashes and letters', '\\\\\\\\a'],
  ])('is cut so that it can be read: %s', (_, unit) => {
    for (let shift = 0; shift < 8; shift += 1) {
      const { left } = takeOut(`{"a":"${'x'.repeat(shift)}${unit.repeat(400_000)}"}`);
      expect(Buffer.byteLength(left)).toBeLessThan(1_000_020);
      expect(JSON.parse(left).a.length).toBeGreaterThan(100_000);
    }
  });
});

describe('what is no JSON, or too much of it', () => {
  test.each(['', '"', '{"a', '{"a":"\\"', `{"a":"${'x'.repeat(20_000)}`, '\\"\\'])('stays broken: %.20s', (body) => {
    expect(takeOut(body)).toEqual({ left: body, aside: [] });
  });

  test.each([
    ['values nested deep', '['.repeat(1_000_000)],
    ['a million values', `[${'1,'.repeat(1_000_000)}1]`],
    ['millions of texts', '""'.repeat(1_000_001)],
    ['millions of quotes in one', `"${'\\"'.repeat(1_000_001)}"`],
  ])('is refused before it is parsed: %s', (_, body) => {
    expect(() => takeOut(body)).toThrow(TooMuchInBody);
  });
});
