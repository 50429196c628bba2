import { randomUUID } from 'node:crypto';
import { getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Logger, type RequestNote, type RunningRequest, runForRequest, runningRequest } from '../logger.ts';
import type { Connection, Identify } from './access.ts';

export const REQUEST_ID_HEADER = 'x-request-id';
/** An id that a proxy in front gave is kept, unless it could upset a log. */
const SAFE_ID = /^[\w.:-]{1,128}$/;
/** What is logged of a path or an operation's name. */
const MAX_LENGTH = 200;
/** nginx's code for a caller who did not wait for the answer; nothing was sent. */
export const CALLER_LEFT = 499;

/** What is told of a request besides what it asks for. */
interface Answered {
  method: string;
  path: string;
  /** For budgets: `key:<name>` or `address:<address>`. */
  caller: string;
  status: number;
}

export interface RequestLog {
  plugin: Plugin<object, Connection>;
  /** Gives a request its id: the one that a proxy in front gave it, or a new one. */
  begin(givenId: string | null | undefined, hasLeft: () => boolean): RunningRequest;
  /** Writes the line about a request that is answered, or whose caller has left. */
  tell(request: RunningRequest, answered: Answered): void;
}

/**
 * Gives every request an id, which all its log lines and its response carry, and writes one line about each: who asked
 * for what, how it ended and how long that took. Probes that find all well are only told at level debug.
 */
export function createRequestLog({ logger, identify }: { logger: Logger; identify: Identify }): RequestLog {
  const begin: RequestLog['begin'] = (givenId, hasLeft) => ({
    requestId: givenId && SAFE_ID.test(givenId) ? givenId : randomUUID(),
    startedAt: performance.now(),
    hasLeft,
  });

  const tell: RequestLog['tell'] = ({ startedAt, hasLeft, note, codes }, { method, path, caller, status }) => {
    const isGone = hasLeft();
    const line = {
      method,
      path: path.slice(0, MAX_LENGTH),
      operation: note?.operation,
      kind: note?.kind,
      caller,
      status: isGone ? CALLER_LEFT : status,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
      codes: isGone ? undefined : codes,
    };
    const isQuiet = path.startsWith('/health/') && status < 300;
    logger[isQuiet ? 'debug' : 'info'](line, 'request');
  };

  const plugin: Plugin<object, Connection> = {
    instrumentation: {
      request({ request }, handle) {
        // Those that were looked at before they came here have their id.
        if (runningRequest()) return handle();
        const { headers, signal } = request;
        return runForRequest(
          begin(headers.get(REQUEST_ID_HEADER), () => signal.aborted),
          handle,
        );
      },
    },
    onParams() {
      const running = runningRequest();
      if (running) running.note = { operation: '(anonymous)' };
    },
    onParse({ context }) {
      return ({ result }) => {
        const running = runningRequest();
        if (!running || result === null || !('definitions' in result)) return;
        const operation = getOperationAST(result, context.params.operationName);
        running.note = operation ? operationNote(operation) : { operation: '(anonymous)' };
      };
    },
    onResultProcess({ result }) {
      const running = runningRequest();
      if (!running || !('errors' in result) || !result.errors?.length) return;
      running.codes = [...new Set(result.errors.map(({ extensions }) => extensions?.code))];
    },
    onResponse({ request, response, serverContext }) {
      const running = runningRequest();
      if (!running) return;
      response.headers.set(REQUEST_ID_HEADER, running.requestId);
      const { method, url } = request;
      const caller = identify(request, serverContext).name;
      tell(running, { method, path: pathOf(url), caller, status: response.status });
    },
  };
  return { plugin, begin, tell };
}

/** What is told of a GraphQL operation. */
export function operationNote({ name, operation }: OperationDefinitionNode): RequestNote {
  return { operation: name?.value.slice(0, MAX_LENGTH) ?? '(anonymous)', kind: operation };
}

/** The path of an absolute URL as it came; to take the whole of it apart is dearer than the rest of the line. */
export function pathOf(url: string): string {
  return /^\w+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] || '/';
}
