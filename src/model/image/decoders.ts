import type { ByteBudget } from '../../async/byte-budget.ts';
import { AppError } from '../../errors.ts';
import { type Decoder, openDecoder } from './decoder.ts';
import type { ImageRegion } from './region.ts';
import type { ImageSpec } from './spec.ts';

/** For decoding one image: what is honest takes two seconds at most, on a processor that others want too. */
const TIMEOUT_MS = 5000;
/** A process takes about 90 ms to start: longer than it takes to finish what most callers who leave have sent. */
const LEFT_MS = 500;

/** Enough for what shops have: 15 megapixels of JPEG, 5 of PNG. More is asked for, at the cost of a question and an answer. */
const FREE_BYTES = 32_000_000;

interface DecodeOptions {
  /** Who takes the memory. */
  caller?: string | undefined;
  /** The part to decode. Default: all of it. */
  region?: ImageRegion | undefined;
  signal?: AbortSignal | undefined;
}

/** Processes that decode images. */
export interface Decoders {
  /**
   * The pixels of an image, as `Decode` says (decode.ts), with its errors. Takes what decoding takes from `memory`;
   * rejects with its error where there is no room. Ends after five seconds with IMAGE_UNREADABLE, and soon after `signal`
   * is aborted. There are as many processes as calls at a time.
   */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<Uint8Array>;
  /** Starts the first process ahead of the first image. */
  warmUp(): void;
  /** Ends the processes; nothing may be running. */
  close(): Promise<void>;
}

/**
 * Decodes images in processes of their own, since nothing else can be ended from outside: libvips runs on in a thread that is
 * told to end (a JPEG of 1,000 scans kept it for 4.5 s more). What brings a process down, or takes too long in it,
 * costs that process; a new one takes its place.
 */
export function createDecoders(options: {
  spec: ImageSpec;
  /** Largest width x height. */
  maxPixels: number;
  /** One image may take half of it. */
  memory: ByteBudget;
  timeoutMs?: number;
  leftMs?: number;
}): Decoders {
  const { spec, maxPixels, memory, timeoutMs = TIMEOUT_MS, leftMs = LEFT_MS } = options;
  const job = { spec, limits: { maxPixels, maxDecodeBytes: memory.maxBytes / 2 }, freeBytes: FREE_BYTES };
  const idle: Decoder[] = [];
  let first: Promise<Decoder> | undefined;

  const takeIdle = (): Decoder | undefined => {
    const decoder = idle.pop();
    return decoder === undefined || decoder.isRunning() ? decoder : takeIdle();
  };
  const takeFirst = (): Promise<Decoder> | undefined => {
    const starting = first;
    first = undefined;
    return starting;
  };

  return {
    async decode(bytes, { caller, region, signal } = {}) {
      using held = memory.take(FREE_BYTES, caller);
      const decoder = takeIdle() ?? (await (takeFirst() ?? openDecoder(job)));
      let isLate = false;
      const end = () => {
        isLate = true;
        decoder.kill();
      };
      const timers = [setTimeout(end, timeoutMs)];
      const leave = () => timers.push(setTimeout(end, leftMs));
      signal?.addEventListener('abort', leave, { once: true });
      try {
        // The caller may have left while the process was starting.
        signal?.throwIfAborted();
        return await decoder.decode(bytes, region, (decodeBytes) => held.grow(decodeBytes - FREE_BYTES));
      } catch (error) {
        throw isLate ? tooSlow(timeoutMs) : error;
      } finally {
        for (const timer of timers) clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
        if (decoder.isRunning()) idle.push(decoder);
      }
    },
    warmUp() {
      first = openDecoder(job);
      // Whoever brings the first image is told.
      first.catch(() => {});
    },
    async close() {
      // One that did not start is not there to be ended.
      await takeFirst()?.then(
        (decoder) => decoder.close(),
        () => {},
      );
      const ending = idle.splice(0).filter((decoder) => decoder.isRunning());
      await Promise.all(ending.map((decoder) => decoder.close()));
    },
  };
}

function tooSlow(timeoutMs: number): AppError {
  return new AppError(
    'IMAGE_UNREADABLE',
    `The image takes longer than ${timeoutMs / 1000} s to decode. Send a smaller one, or a usual JPEG.`,
  );
}
