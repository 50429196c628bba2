import SchemaBuilder, {
  type FieldNullability,
  type InputFieldMap,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import ZodPlugin from '@pothos/plugin-zod';
import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
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
  plugins: [ZodPlugin],
  defaultFieldNullability: false,
  zod: { validationError: (error) => badUserInput(toIssues(error)) },
});

builder.queryType({ description: 'What a storefront asks.' });
builder.mutationType({ description: 'What a back end changes.' });

/**
 * The options of a field whose arguments zod checks and completes: its resolver gets what the schema makes of them.
 * plugin-zod hands that on, and does not say so in its types; so the resolver makes sure that it has.
 */
export function checked<Schema extends z.ZodType<object>, Result>(
  schema: Schema,
  resolve: (root: unknown, args: z.output<Schema>, context: Context, info: GraphQLResolveInfo) => Result,
) {
  // zod has compiled checks only for whoever does not wait for a promise, as the plugin does.
  const atOnce = z.unknown().transform((args, context) => {
    const read = schema.safeParse(args);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues) {
      context.issues.push({ code: 'custom', path, message, input: args });
    }
    return z.NEVER;
  });
  const made = new WeakSet<object>();
  const isMade = (args: object): args is z.output<Schema> => made.has(args);
  return {
    validate: { schema: atOnce, refine: (args: object) => made.add(args).has(args) },
    resolve(root: unknown, args: object, context: Context, info: GraphQLResolveInfo): Result {
      if (!isMade(args)) throw new TypeError('plugin-zod did not hand on the arguments that it had checked');
      return resolve(root, args, context, info);
    },
  };
}
