import SchemaBuilder, {
  type FieldNullability,
  type InputFieldMap,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { z } from 'zod';
import type { ReceivedFile } from '../adapters/image-source/received-images.ts';
import type { Context, FieldPolicy } from '../context.ts';
import { badUserInput } from '../errors.ts';
import { toIssues } from '../services/input.ts';

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
    Upload: { Input: ReceivedFile; Output: never };
  };
}>({
  defaultFieldNullability: false,
});

builder.queryType({ description: 'What a storefront asks.' });
builder.mutationType({ description: 'What a back end changes.' });

/**
 * The options of a field whose arguments zod checks and completes: its resolver gets what `schema` makes of them.
 * BAD_USER_INPUT tells every problem at once.
 */
export function checked<Root, Schema extends z.ZodType<object>, Result>(
  schema: Schema,
  resolve: (root: Root, args: z.output<Schema>, context: Context, info: GraphQLResolveInfo) => Result,
) {
  return {
    resolve(root: Root, args: object, context: Context, info: GraphQLResolveInfo): Result {
      const read = schema.safeParse(args);
      if (!read.success) throw badUserInput(toIssues(read.error));
      return resolve(root, read.data, context, info);
    },
  };
}
