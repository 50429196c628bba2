import SchemaBuilder, {
  type FieldNullability,
  type InputFieldMap,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import ZodPlugin from '@pothos/plugin-zod';
import type { Context, FieldPolicy } from '../context.ts';
import { badUserInput } from '../errors.ts';
import { toIssues } from '../services/indexing/product-draft.ts';

declare global {
  namespace PothosSchemaTypes {
    // No root field without a policy: a new mutation cannot be unlimited because nobody thought of it.
    interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      extensions: { policy: FieldPolicy };
    }
    interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      extensions: { policy: FieldPolicy };
    }
  }
}

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
