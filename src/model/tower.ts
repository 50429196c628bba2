import { openThread } from '../async/thread.ts';
import { StartupError } from '../errors.ts';
import { firstLine } from './model-files.ts';
import type { DeclaredInput, Inputs } from './session.ts';
import { type TowerApi, type TowerOptions, towerWorkerUrl } from './tower-worker.ts';

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
 * Loads a tower's ONNX file in a thread: onnxruntime-node computes on the thread that calls it, and a batch of images
 * would stop the server from answering for as long. Throws StartupError when the file does not load.
 */
export async function openTower(options: TowerOptions): Promise<Tower> {
  const thread = await openThread<TowerApi>(towerWorkerUrl, options).catch((error: unknown) => {
    throw new StartupError(describeLoad(options, error), { cause: error });
  });
  const inputs = await thread.call('inputs', null);
  return {
    file: options.file,
    inputs,
    async run(batch) {
      if (!thread.isRunning()) throw new Error(`The thread of ${options.file} has ended.`);
      const memory = Object.values(batch).map(({ data }) => data.buffer);
      return thread.call('run', batch, memory).catch((error: unknown) => {
        throw new Error(describeRun(options, error), { cause: error });
      });
    },
    isRunning: () => thread.isRunning(),
    close: () => thread.close(),
  };
}

function describeRun(options: TowerOptions, problem: unknown): string {
  return `${options.file} failed: ${firstLine(problem)}.`;
}

function describeLoad({ file, device }: TowerOptions, error: unknown): string {
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
