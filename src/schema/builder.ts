import SchemaBuilder from '@pothos/core';
import ZodPlugin from '@pothos/plugin-zod';
import type { Context } from '../context.ts';
import { badUserInput } from '../errors.ts';
import { toIssues } from '../services/indexing/product-draft.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    URL: { Input: string; Output: string };
    DateTime: { Input: string; Output: string };
  };
}>({
  plugins: [ZodPlugin],
  defaultFieldNullability: false,
  zod: { validationError: (error) => badUserInput(toIssues(error)) },
});

builder.queryType({ description: 'What a storefront asks.' });
builder.mutationType({ description: 'What a back end changes.' });
