import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { askedRootFields } from '../../src/plugins/root-fields.ts';

/** Each fragment is spread twice by the one before: reading every spread would be 2^count readings. */
function doublingDocument(count: number): string {
  const fragments = Array.from({ length: count }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`);
  return `{ ...f0 } ${fragments.join(' ')} fragment f${count} on Query { health { status } }`;
}

test('200 fragments, each spread twice by the one before, are read once each to see who may ask', () => {
  const document = parse(doublingDocument(200));
  const operation = getOperationAST(document);
  expect(operation && [...askedRootFields(document, operation)]).toEqual(['health']);
});
