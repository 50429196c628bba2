import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResultOf, TypedDocumentNode, VariablesOf } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { loadConfig } from '../../src/config.ts';
import { createDeps, type Dependencies } from '../../src/deps.ts';
import { createSilentLogger, type Logger } from '../../src/logger.ts';
import { createServer, type Server } from '../../src/server.ts';

export const ORIGIN = 'http://localhost:4000';

/** An error as a client sees it. */
interface ClientError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; issues?: { path: (string | number)[]; message: string }[]; retryAfter?: number };
}

interface Answer<T> {
  data?: T | null;
  errors?: ClientError[];
  response: Response;
}

/** A whole server without a socket: the bundled model, zvec in a temporary folder, reached through `yoga.fetch`. */
export interface TestVitrine {
  deps: Dependencies;
  server: Server;
  /** Sends a typed operation; resolves to data or errors as a client gets them. */
  ask<Document extends TypedDocumentNode<unknown, never>>(
    document: Document,
    variables: VariablesOf<Document>,
    init?: { headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Answer<ResultOf<Document>>>;
  /** The same, where an error would be a failure of the test. */
  data<Document extends TypedDocumentNode<unknown, never>>(
    document: Document,
    variables: VariablesOf<Document>,
  ): Promise<ResultOf<Document>>;
  close(): Promise<void>;
}

/** Starts one; `env` as in the environment of a server, `dataDir` to open what another one left behind. */
export async function startVitrine(
  env: Record<string, string> = {},
  options: { dataDir?: string; logger?: Logger } = {},
): Promise<TestVitrine> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'vitrine-test-')));
  const config = loadConfig({ ...env, DATA_DIR: dataDir });
  const deps = await createDeps(config, options.logger ?? createSilentLogger(), [ORIGIN]);
  const server = createServer(deps);

  const ask: TestVitrine['ask'] = async (document, variables, init = {}) => {
    const response = await server.fetch(`${ORIGIN}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...init.headers },
      body: JSON.stringify({ query: print(document), variables }),
      ...(init.signal && { signal: init.signal }),
    });
    const body = await response.json();
    return { ...body, response };
  };

  return {
    deps,
    server,
    ask,
    async data(document, variables) {
      const { data, errors } = await ask(document, variables);
      if (errors || !data) throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
      return data;
    },
    async close() {
      await deps.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
