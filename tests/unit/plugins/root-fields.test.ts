import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { rootFieldsOf } from '../../../src/plugins/root-fields.ts';
import { schema } from '../../../src/schema/index.ts';

describe('what root fields say of themselves', () => {
  test('stands at every one, so that none is open, free or cached because nobody thought of it', () => {
    const names = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    expect(rootFieldsOf(schema).map(({ name }) => name)).toEqual(names);
  });

  test('asks for a key and counts wherever something is changed, and caches none of it', () => {
    for (const { name, policy } of rootFieldsOf(schema).filter(({ type }) => type === 'Mutation')) {
      expect([name, policy]).toEqual([name, { scope: 'write', budget: 'writes', cached: false }]);
    }
  });

  test('is missed before the server starts, not when somebody finds the gap', () => {
    expect(() => rootFieldsOf(buildSchema('type Query { forgotten: String }'))).toThrow('Query.forgotten');
  });
});
