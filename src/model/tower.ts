import { Worker } from 'node:worker_threads';
import { StartupError } from '../errors.ts';
import { firstLine } from './model-files.ts';
import type { DeclaredInput, Inputs, SessionOptions } from './session.ts';
import { type TowerJob, type TowerReply, type TowerRequest, towerWorkerUrl } from './tower-worker.ts';

/** One tower of the model, running in a thread of its own. */
export interface Tower {
  readonly file: string;
  readonly inputs: readonly DeclaredInput[];
  /** Runs a batch; one unit vector per row. Rejects when the model refuses it. The inputs' memory moves to the thread. */
  run(inputs: Inputs): Promise<Float32Array[]>;
  /** Whether its thread is there to run anything. */
  isRunning(): boolean;
  /** Ends the thread after what it is running. */
  close(): Promise<void>;
}

/**
 * Loads a tower's ONNX file in a worker thread: onnxruntime-node computes on the thread that calls it, and a batch of
 * images would stop the server from answering for as long. Throws StartupError when the file does not load.
 */
export async function openTower(options: SessionOptions): Promise<Tower> {
  const worker = new Worker(towerWorkerUrl, { workerData: { vitrineTower: options } satisfies TowerJob });
  const pending = new Map<number, PromiseWithResolvers<Float32Array[]>>();
  const started = Promise.withResolvers<readonly DeclaredInput[]>();
  const ended = Promise.withResolvers<void>();
  let running = true;
  let lastId = 0;

  const settle = (id: number, finish: (job: PromiseWithResolvers<Float32Array[]>) => void) => {
    const job = pending.get(id);
    pending.delete(id);
    // An idle model keeps no process alive; one that computes does.
    if (pending.size === 0) worker.unref();
    if (job) finish(job);
  };
  const failAll = (error: Error) => {
    started.reject(error);
    for (const id of [...pending.keys()]) settle(id, (job) => job.reject(error));
  };
  worker.on('message', (reply: TowerReply) => {
    if (reply.kind === 'ready') started.resolve(reply.inputs);
    if (reply.kind === 'unusable') started.reject(new Error(reply.problem));
    if (reply.kind === 'done') settle(reply.id, (job) => job.resolve(reply.vectors));
    if (reply.kind === 'failed') settle(reply.id, (job) => job.reject(new Error(describeRun(options, reply.problem))));
  });
  worker.on('error', failAll);
  worker.on('exit', () => {
    running = false;
    failAll(new Error(`The thread of ${options.file} has ended.`));
    ended.resolve();
  });

  const inputs = await started.promise.catch((error: unknown) => {
    throw new StartupError(describeLoad(options, error), { cause: error });
  });
  worker.unref();

  return {
    file: options.file,
    inputs,
    run(batch) {
      if (!running) return Promise.reject(new Error(`The thread of ${options.file} has ended.`));
      const job = Promise.withResolvers<Float32Array[]>();
      const id = ++lastId;
      pending.set(id, job);
      worker.ref();
      worker.postMessage(
        { id, inputs: batch } satisfies TowerRequest,
        Object.values(batch).map(({ data }) => data.buffer),
      );
      return job.promise;
    },
    isRunning: () => running,
    close() {
      worker.ref();
      if (running) worker.postMessage('close' satisfies TowerRequest);
      return ended.promise;
    },
  };
}

function describeRun(options: SessionOptions, problem: string): string {
  return `${options.file} failed: ${firstLine(problem)}.`;
}

function describeLoad({ file, device }: SessionOptions, error: unknown): string {
  const reason = withoutSource(firstLine(error));
  if (device === 'cpu') {
    return `${file} cannot be loaded: ${reason}. If it is cut short, copy or download it again.`;
  }
  return `${file} cannot be loaded on ${device}: ${reason}. Check that ${device} works on this machine, or set CLIP_DEVICE=cpu.`;
}

/** What ONNX Runtime says without the place in its own source: "Load model from … failed:/src/model.cc:187 f(…) reason". */
function withoutSource(message: string): string {
  return message.replace(/^Load model from .* failed:/, '').replace(/^\/\S+\.(?:cc|h):\d+ .*\) /, '');
}
