import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { AppError } from '../../errors.ts';
import { type DecodeFailure, type DecodeJob, decodeProcessFile } from './decode-process.ts';
import { type Frame, receiveFrames, sendFrame } from './frames.ts';
import type { ImageRegion } from './region.ts';

/** What a decoding process needs of the environment; keys and tokens are none of its business. */
const ENVIRONMENT = [
  'PATH',
  'NODE_OPTIONS',
  'NODE_COMPILE_CACHE',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'TMPDIR',
  'SYSTEMROOT',
];
/** For glibc: what is freed goes back to the system. After large images it held 106 MB with these and 184 without. */
const ALLOCATION = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '4000000' };

/** A process that decodes one image at a time. */
export interface Decoder {
  /**
   * The pixels of an image, or of a region of it, as `Decode` says (decode.ts), with its errors; IMAGE_UNREADABLE when the image brings the
   * process down. `admit` gets the memory that decoding takes, where it is more than `freeBytes`; what it throws, this
   * rejects with.
   */
  decode(bytes: Uint8Array, region: ImageRegion | undefined, admit: (decodeBytes: number) => void): Promise<Uint8Array>;
  isRunning(): boolean;
  /** Ends the process at once, whatever it is doing. */
  kill(): void;
  /** Ends the process when it has nothing to do. */
  close(): Promise<void>;
}

/** Starts a process and waits until it is ready. An idle one keeps no process alive. */
export async function openDecoder(job: DecodeJob): Promise<Decoder> {
  const given = ENVIRONMENT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = spawn(process.execPath, [decodeProcessFile, JSON.stringify(job)], {
    env: { ...Object.fromEntries(given), ...ALLOCATION },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  const ended = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  let running = true;
  child.on('exit', () => {
    running = false;
    ended.resolve();
  });
  child.on('error', failed.reject);
  // It ended while something was being sent: its answer, or the lack of one, tells.
  stdin.on('error', () => {});

  const frames = receiveFrames(stdout);
  const ready = await Promise.race([frames.next(), failed.promise]);
  if (ready.value?.kind !== 'ready') throw new Error('The process that decodes images does not start.');

  const keepAlive = (alive: boolean): void => {
    for (const part of [child, stdin, stdout]) {
      if (part !== child && !(part instanceof Socket)) continue;
      if (alive) part.ref();
      else part.unref();
    }
  };
  const answer = async (): Promise<Frame> => {
    const { value: frame } = await frames.next();
    if (frame === undefined) {
      running = false;
      throw new AppError('IMAGE_UNREADABLE', 'The image cannot be decoded: it brings the decoder down.');
    }
    if (frame.kind === 'failed') throw toError(frame);
    return frame;
  };
  keepAlive(false);

  return {
    async decode(bytes, region, admit) {
      keepAlive(true);
      try {
        if (region !== undefined) sendFrame(stdin, 'region', Buffer.from(JSON.stringify(region)));
        sendFrame(stdin, 'image', bytes);
        const first = await answer();
        if (first.kind === 'pixels') return first.body;
        try {
          admit(Number(first.body));
        } catch (error) {
          sendFrame(stdin, 'skip');
          throw error;
        }
        sendFrame(stdin, 'go');
        return (await answer()).body;
      } finally {
        keepAlive(false);
      }
    },
    isRunning: () => running,
    kill() {
      running = false;
      child.kill('SIGKILL');
    },
    close() {
      keepAlive(true);
      stdin.end();
      return ended.promise;
    },
  };
}

function toError({ body }: Frame): Error {
  const { code, message, cause }: DecodeFailure = JSON.parse(body.toString());
  return code === undefined ? new Error(message) : new AppError(code, message, {}, { cause });
}
