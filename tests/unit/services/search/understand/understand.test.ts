import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../../../../src/adapters/vector-store/tokens.ts';
import type { ProductFilter } from '../../../../../src/adapters/vector-store/types.ts';
import { ENGLISH } from '../../../../../src/services/search/understand/english.ts';
import { type GivenConditions, understand } from '../../../../../src/services/search/understand/understand.ts';
import { createValueIndex } from '../../../../../src/services/search/understand/values.ts';
import { ROWS, VOCABULARY } from './texts.ts';

const reader = await createTokenizer('english');
const knowledge = { table: ENGLISH, reader, values: await createValueIndex(VOCABULARY, reader) };
const read = (text: string, given: GivenConditions = { filter: {} }) => understand(text, knowledge, given);

const valuesOf = ({ categories, attributes = [] }: Pick<ProductFilter, 'categories' | 'attributes'>): string[] => [
  ...(categories ? [`category=${categories.join('|')}`] : []),
  ...attributes.map(({ name, anyOf }) => `${name}=${anyOf.join('|')}`),
];

/** What was read, each finding by itself, as the table writes it. */
function shown(text: string): string[] {
  const { understood } = read(text);
  return understood.map(({ words, field, negated, min, max, value }) => {
    if (field === 'price') return `price${min === null ? '' : ` ${min}`}..${max ?? ''}`;
    if (field === 'inStock') return value === 'true' ? 'stock' : 'no stock';
    if (field === 'text') return `-text=${value}`;
    const others = understood.filter((one) => one.words !== words).map((one) => one.words);
    const { without = {}, ...conditions } = read(text, { filter: {}, leaveAlone: others }).conditions;
    return `${negated ? '-' : ''}${valuesOf(negated ? without : conditions).join(',')}`;
  });
}

describe.each(ROWS)('$what', ({ rows }) => {
  test.each(rows.map(([text, expected, rest]) => ({ text, expected, rest })))('$text', ({ text, expected, rest }) => {
    expect(shown(text)).toEqual(expected);
    if (rest !== undefined) expect(read(text).rest).toBe(rest);
    else if (expected.length === 0) expect(read(text).rest).toBe(text);
  });
});
