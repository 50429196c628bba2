import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../adapters/access/access.ts';
import type { Caller } from '../adapters/access/types.ts';
import { AppError } from '../errors.ts';
import { asGraphQLError } from './public-errors.ts';
import { askedRootFields, type RootField } from './root-fields.ts';

/** The secret a request shows; undefined when it shows none. */
export function shownSecret(headers: Headers): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer?.trim() || headers.get('x-api-key')?.trim() || undefined;
}

/**
 * Lets an operation run only for those who may ask for each of its root fields; what the schema says of itself is for
 * everybody. It stands before the cache, since a cached answer is an answer too.
 */
export function useAccess(access: Access, rootFields: readonly RootField[]): Plugin<{ caller: Caller | AppError }> {
  return {
    onExecute({ args }) {
      const { document, operationName, contextValue } = args;
      const operation = getOperationAST(document, operationName);
      const { caller } = contextValue;
      try {
        if (caller instanceof AppError) throw caller;
        if (!operation) return;
        const asked = askedRootFields(document, operation);
        for (const { type, name, policy } of rootFields) {
          if (type.toLowerCase() !== operation.operation || !asked.has(name) || policy.scope === null) continue;
          access.require(caller, policy.scope);
        }
      } catch (error) {
        throw error instanceof AppError ? asGraphQLError(error) : error;
      }
    },
  };
}
