import { IncomingMessage, type ServerResponse } from 'node:http';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../adapters/access/access.ts';
import { clientAddress } from '../adapters/access/client-address.ts';
import type { Caller } from '../adapters/access/types.ts';
import { AppError } from '../errors.ts';
import { asGraphQLError } from './public-errors.ts';
import { askedRootFields, type RootField } from './root-fields.ts';

/** What Node's HTTP server passes along; absent where Yoga is called without a socket. */
export interface Connection {
  req?: IncomingMessage;
  res?: ServerResponse;
}

export interface Identity {
  /** Who asks, or why that key is not taken: the access plugin tells it, in the place where every refusal is told. */
  caller: Caller | AppError;
  /** For budgets and the log: `key:<name>` or `address:<address>`. */
  name: string;
}

/** Who sends a request: as Node has it, or as Yoga has made it of what Node has, if anything. */
export type Identify = (request: Request | IncomingMessage, connection?: Connection) => Identity;

/** Finds out who sends a request, once for each. */
export function createIdentifier(options: {
  access: Access;
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustedProxies: number;
}): Identify {
  const { access, trustedProxies } = options;
  const known = new WeakMap<object, Identity>();
  return (request, { req } = {}) => {
    const sent = req ?? request;
    const before = known.get(sent);
    if (before) return before;
    const connection = sent instanceof IncomingMessage ? sent.socket.remoteAddress : undefined;
    const address = clientAddress({ connection, forwardedFor: headerOf(sent, 'x-forwarded-for'), trustedProxies });
    const identity = identify(access, shownSecret(sent), address);
    known.set(sent, identity);
    return identity;
  };
}

function headerOf(sent: Request | IncomingMessage, name: string): string | null {
  return sent instanceof IncomingMessage ? (sent.headers[name]?.toString() ?? null) : sent.headers.get(name);
}

function identify(access: Access, secret: string | undefined, address: string): Identity {
  try {
    const caller = access.identify(secret, address);
    return { caller, name: caller.kind === 'key' ? `key:${caller.name}` : `address:${address}` };
  } catch (error) {
    if (error instanceof AppError) return { caller: error, name: `address:${address}` };
    throw error;
  }
}

/** The secret a request shows; undefined when it shows none. */
function shownSecret(sent: Request | IncomingMessage): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headerOf(sent, 'authorization') ?? '')?.[1];
  return bearer?.trim() || headerOf(sent, 'x-api-key')?.trim() || undefined;
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
