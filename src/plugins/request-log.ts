import { randomUUID } from 'node:crypto';
import { getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Logger, runForRequest } from '../logger.ts';
import type { Connection, Identity } from './access.ts';

const REQUEST_ID_HEADER = 'x-request-id';
/** An id that a proxy in front gave is kept, unless it could upset a log. */
const SAFE_ID = /^[\w.:-]{1,128}$/;
/** What is logged of a path or an operation's name. */
const MAX_LENGTH = 200;
/** nginx's code for a caller who did not wait for the answer; nothing was sent. */
const CALLER_LEFT = 499;

interface RequestRecord {
  id: string;
  started: number;
  operation?: { operation: string; kind?: string };
  codes?: unknown[];
}

/** What a front of its own has to tell of a request, in place of a GraphQL operation. */
export interface RequestNote {
  operation: string;
  kind: string;
  codes?: readonly string[];
}

/** Notes on requests that are being answered. */
export type RequestNotes = WeakMap<Request, RequestNote>;

/**
 * Gives every request an id, which all its log lines and its response carry, and writes one line about each: who asked
 * for what, how it ended and how long that took. Probes that find all well are only told at level debug.
 */
export function useRequestLog(options: {
  logger: Logger;
  identify(request: Request, connection: Connection): Identity;
  notes: RequestNotes;
}): Plugin<object, Connection> {
  const records = new WeakMap<Request, RequestRecord>();
  return {
    instrumentation: {
      request({ request }, handle) {
        const given = request.headers.get(REQUEST_ID_HEADER);
        const id = given !== null && SAFE_ID.test(given) ? given : randomUUID();
        records.set(request, { id, started: performance.now() });
        return runForRequest({ requestId: id, signal: request.signal }, handle);
      },
    },
    onParams({ request }) {
      const record = records.get(request);
      if (record) record.operation = { operation: '(anonymous)' };
    },
    onParse({ context }) {
      return ({ result }) => {
        const record = records.get(context.request);
        if (!record || result === null || !('definitions' in result)) return;
        const operation = getOperationAST(result, context.params.operationName);
        record.operation = operation ? operationNote(operation) : { operation: '(anonymous)' };
      };
    },
    onResultProcess({ request, result }) {
      const record = records.get(request);
      if (!record || !('errors' in result) || !result.errors?.length) return;
      record.codes = [...new Set(result.errors.map(({ extensions }) => extensions?.code))];
    },
    onResponse({ request, response, serverContext }) {
      const record = records.get(request);
      if (!record) return;
      response.headers.set(REQUEST_ID_HEADER, record.id);
      const pathname = pathOf(request.url);
      const line = {
        method: request.method,
        path: pathname.slice(0, MAX_LENGTH),
        ...record.operation,
        ...options.notes.get(request),
        caller: options.identify(request, serverContext).name,
        status: request.signal.aborted ? CALLER_LEFT : response.status,
        ms: Math.round((performance.now() - record.started) * 10) / 10,
        ...(record.codes && !request.signal.aborted && { codes: record.codes }),
      };
      const isQuiet = pathname.startsWith('/health/') && response.ok;
      options.logger[isQuiet ? 'debug' : 'info'](line, 'request');
    },
  };
}

/** What is told of a GraphQL operation. */
export function operationNote({ name, operation }: OperationDefinitionNode): RequestNote {
  return { operation: name?.value.slice(0, MAX_LENGTH) ?? '(anonymous)', kind: operation };
}

/** The path of an absolute URL as it came; to take the whole of it apart is dearer than the rest of the line. */
export function pathOf(url: string): string {
  return /^\w+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] || '/';
}
