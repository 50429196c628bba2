import { serveThread } from '../async/thread.ts';
import { lowerThreadPriority } from '../async/thread-priority.ts';
import type { DeclaredInput, Inputs, SessionOptions } from './session.ts';

/** This file, to start a thread from; it keeps its ending when it is compiled. */
export const towerWorkerUrl = new URL(import.meta.url);

/** What the thread of a tower starts with. */
export interface TowerOptions extends SessionOptions {
  /** How far it stands back where all want the processor: 0, not at all, to 19 (async/thread-priority.ts). */
  niceness: number;
}

/** What the thread of a tower can be asked. */
export interface TowerApi {
  /** What the model's file says it is fed with. */
  inputs(argument: null): readonly DeclaredInput[];
  /** One unit vector per row. */
  run(inputs: Inputs): Promise<Float32Array[]>;
}

serveThread(import.meta.url, async ({ niceness, ...options }: TowerOptions) => {
  // Before the runtime starts its threads, which have the priority of this one.
  lowerThreadPriority(niceness);
  // Loaded here, so that the main thread, which imports this file for its address only, never loads the runtime.
  const { createSession } = await import('./session.ts');
  const session = await createSession(options);
  const api: TowerApi = { inputs: () => session.inputs, run: (inputs) => session.run(inputs) };
  return { api, close: () => session.close() };
});
