import { expect, test } from 'vitest';
import { AppError } from '../../../../src/errors.ts';
import { parseGradedQueries } from '../../../../src/services/eval/graded-queries.ts';

/** What a file is refused with. */
function refusalOf(content: string): string {
  try {
    parseGradedQueries(content);
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  return expect.fail('It was accepted.');
}

test('queries are read line by line, with what may be left out', () => {
  const lines = [
    '{"text": "red dress", "kind": "colour and kind", "relevant": {"a": 3, "b": 1}}',
    '',
    '{"image": "photo.jpg", "filter": {"inStock": true}, "relevant": {"c": 2}}',
  ];
  expect(parseGradedQueries(`${lines.join('\n')}\n`)).toEqual([
    { text: 'red dress', kind: 'colour and kind', relevant: { a: 3, b: 1 } },
    { image: 'photo.jpg', filter: { inStock: true }, kind: 'queries', relevant: { c: 2 } },
  ]);
});

test('a line that is no graded query is named, and what it lacks', () => {
  const good = '{"text": "a", "relevant": {"a": 1}}';
  expect(refusalOf(`${good}\nnonsense\n`)).toContain('line 2: ');
  expect(refusalOf(`${good}\n{"relevant": {"a": 1}}`)).toContain('line 2: needs a text, an image, or both');
  expect(refusalOf('{"text": "a", "relevant": {}}')).toContain('line 1: relevant: must name at least one product');
  expect(refusalOf('{"text": "a", "relevent": {"a": 1}}')).toContain('line 1: ');
  expect(refusalOf('\n')).toContain('there is no query in it');
});
