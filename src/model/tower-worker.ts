import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { DeclaredInput, Inputs, SessionOptions } from './session.ts';

/** This file, to start a worker from; it keeps its ending when it is compiled. */
export const towerWorkerUrl = new URL(import.meta.url);

/** What a worker gets at its start. */
export interface TowerJob {
  vitrineTower: SessionOptions;
}

/** What a worker is asked: a batch, or to end. */
export type TowerRequest = { id: number; inputs: Inputs } | 'close';

/** What a worker says. A problem is a message, as errors lose their kind between threads. */
export type TowerReply =
  | { kind: 'ready'; inputs: readonly DeclaredInput[] }
  | { kind: 'unusable'; problem: string }
  | { kind: 'done'; id: number; vectors: Float32Array[] }
  | { kind: 'failed'; id: number; problem: string };

function isTowerJob(data: unknown): data is TowerJob {
  return typeof data === 'object' && data !== null && 'vitrineTower' in data;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function serve(port: MessagePort, options: SessionOptions): Promise<void> {
  const reply = (message: TowerReply) => port.postMessage(message);
  // Loaded here, so that the main thread, which imports this file for its address only, never loads the runtime.
  const { createSession } = await import('./session.ts');
  const session = await createSession(options);
  const answer = async (request: TowerRequest) => {
    if (request === 'close') {
      await session.close();
      port.close();
      return;
    }
    try {
      reply({ kind: 'done', id: request.id, vectors: await session.run(request.inputs) });
    } catch (error) {
      reply({ kind: 'failed', id: request.id, problem: describe(error) });
    }
  };
  // One after the other, so that closing comes after the batches that were asked for before it.
  let last = Promise.resolve();
  port.on('message', (request: TowerRequest) => {
    last = last.then(() => answer(request));
  });
  reply({ kind: 'ready', inputs: session.inputs });
}

if (!isMainThread && parentPort && isTowerJob(workerData)) {
  const port = parentPort;
  serve(port, workerData.vitrineTower).catch((error: unknown) => {
    port.postMessage({ kind: 'unusable', problem: describe(error) } satisfies TowerReply);
    port.close();
  });
}
