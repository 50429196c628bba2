import { randomUUID } from 'node:crypto';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Logger, runWithRequestId } from '../logger.ts';

const REQUEST_ID_HEADER = 'x-request-id';
/** An id that a proxy in front gave is kept, unless it could upset a log. */
const SAFE_ID = /^[\w.:-]{1,128}$/;

/** What is logged of an operation's name. */
const MAX_NAME_LENGTH = 200;

interface RequestRecord {
  id: string;
  started: number;
  operation?: string;
  codes?: unknown[];
}

/**
 * Gives every request an id, which all its log lines and its response carry, and writes one line about each operation.
 */
export function useRequestLog(logger: Logger): Plugin {
  const records = new WeakMap<Request, RequestRecord>();
  return {
    instrumentation: {
      request({ request }, handle) {
        const given = request.headers.get(REQUEST_ID_HEADER);
        const id = given !== null && SAFE_ID.test(given) ? given : randomUUID();
        records.set(request, { id, started: performance.now() });
        return runWithRequestId(id, handle);
      },
    },
    onParams({ request }) {
      const record = records.get(request);
      if (record) record.operation = '(anonymous)';
    },
    onExecute({ args }) {
      const { document, operationName, contextValue } = args;
      const record = records.get(contextValue.request);
      const name = getOperationAST(document, operationName)?.name?.value;
      if (record && name !== undefined) record.operation = name.slice(0, MAX_NAME_LENGTH);
    },
    onExecutionResult({ request, result }) {
      const record = records.get(request);
      if (!record || !result || Array.isArray(result) || !('errors' in result) || !result.errors) return;
      record.codes = result.errors.map(({ extensions }) => extensions?.code);
    },
    onResponse({ request, response }) {
      const record = records.get(request);
      if (!record) return;
      response.headers.set(REQUEST_ID_HEADER, record.id);
      const { operation, codes } = record;
      if (operation === undefined) return;
      const ms = Math.round((performance.now() - record.started) * 10) / 10;
      logger.info({ operation, ms, ...(codes && { codes }) }, 'request');
    },
  };
}
