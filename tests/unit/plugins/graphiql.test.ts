import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { graphiqlOptions } from '../../../src/plugins/graphiql.ts';
import { schema } from '../../../src/schema/index.ts';

const tabs = graphiqlOptions('http://localhost:4000').defaultTabs ?? [];

test('every ready-made tab is a valid operation, and none of its lines is cut off in a window of 1280 pixels', () => {
  expect(tabs.length).toBeGreaterThanOrEqual(7);
  for (const { query } of tabs) {
    expect(validate(schema, parse(query ?? ''))).toEqual([]);
    expect((query ?? '').split('\n').filter((line) => line.length > 50)).toEqual([]);
  }
});
