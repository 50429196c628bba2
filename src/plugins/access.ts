import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../adapters/access/access.ts';
import type { Caller } from '../adapters/access/types.ts';
import { AppError } from '../errors.ts';
import { asGraphQLError } from './public-errors.ts';

/** What anybody may ask: how the server does, and what can be asked. */
const PUBLIC_FIELDS: ReadonlySet<string> = new Set(['health', '__schema', '__type', '__typename']);

/** The secret a request shows; undefined when it shows none. */
export function shownSecret(headers: Headers): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer?.trim() || headers.get('x-api-key')?.trim() || undefined;
}

/**
 * Lets an operation run only for those who may run it: mutations need `write`, queries `search`, what is public nothing.
 * It stands before the cache, since a cached answer is an answer too.
 */
export function useAccess(access: Access): Plugin<{ caller: Caller | AppError }> {
  return {
    onExecute({ args }) {
      const { document, operationName, contextValue } = args;
      const operation = getOperationAST(document, operationName);
      const { caller } = contextValue;
      if (caller instanceof AppError) throw asGraphQLError(caller);
      if (!operation) return;
      if (operation.operation === 'query' && isPublic(document, operation.selectionSet)) return;
      try {
        access.require(caller, operation.operation === 'mutation' ? 'write' : 'search');
      } catch (error) {
        throw error instanceof AppError ? asGraphQLError(error) : error;
      }
    },
  };
}

function isPublic(document: DocumentNode, { selections }: SelectionSetNode): boolean {
  return selections.every((node) => {
    if (node.kind === Kind.FIELD) return PUBLIC_FIELDS.has(node.name.value);
    if (node.kind === Kind.INLINE_FRAGMENT) return isPublic(document, node.selectionSet);
    // A validated document has the fragment, and no fragment that spreads itself.
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION && isPublic(document, fragment.selectionSet);
  });
}
