import type { Context } from '../context.ts';
import type { ProductInput, ProductPatch } from '../services/indexing/product-draft.ts';

export function indexProduct(_root: unknown, args: { input: ProductInput }, context: Context) {
  return context.services.indexing.indexProduct(args.input, {
    signal: context.signal,
    caller: context.callerName,
  });
}

interface BatchArgs {
  inputs: ProductInput[];
  skipUnchanged?: boolean | null | undefined;
}

export function indexProducts(_root: unknown, args: BatchArgs, context: Context) {
  const { signal, callerName: caller } = context;
  const options = { signal, caller, skipUnchanged: args.skipUnchanged ?? false };
  return context.services.indexing.indexProducts(args.inputs, options);
}

export function updateProduct(_root: unknown, args: { id: string; patch: ProductPatch }, context: Context) {
  const { signal, callerName: caller } = context;
  return context.services.indexing.updateProduct(args.id, args.patch, { signal, caller });
}

export function deleteProduct(_root: unknown, args: { id: string }, context: Context) {
  return context.services.indexing.deleteProduct(args.id);
}

export function deleteProducts(_root: unknown, args: { ids: string[] }, context: Context) {
  return context.services.indexing.deleteProducts(args.ids);
}
