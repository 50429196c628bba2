import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { DecodeLimits } from './cost.ts';
import { readFrame, writeFrame } from './frames.ts';
import type { ImageRegion } from './region.ts';
import type { ImageSpec } from './spec.ts';

/** This file, to start a process from; it keeps its ending when it is compiled. */
export const decodeProcessFile = fileURLToPath(import.meta.url);

/** What the process gets at its start, as JSON. */
export interface DecodeJob {
  spec: ImageSpec;
  limits: DecodeLimits;
  /** Memory that it may take for an image without asking. */
  freeBytes: number;
}

/** Why an image was not decoded: an AppError on its way between processes, or a defect, which has no code. */
export interface DecodeFailure {
  code?: ErrorCode;
  message: string;
  cause?: string;
}

const [IN, OUT] = [0, 1];

/** Of the system's -20 to 19: a tenth of the time of whoever answers searches, where both want all of it. */
const NICENESS = 10;

/**
 * Decodes one image after the other, or a `region` of it, which comes before it. An `image` that takes more than `freeBytes` is answered with its `cost`, to which the
 * other side says `go` or `skip`; then come its `pixels`, or `failed`, or after `skip` nothing. Ends when nobody is at
 * the other end any more. It reads and writes in place, since there is nothing else for it to do.
 */
async function serve({ spec, limits, freeBytes }: DecodeJob): Promise<void> {
  // Before libvips starts its threads, which have the priority of this one.
  setPriority(NICENESS);
  // Loaded here, so that the server, which imports this file for its address only, never loads libvips.
  const { createDecode } = await import('./decode.ts');
  const decode = createDecode(spec, limits);
  writeFrame(OUT, 'ready');
  let region: ImageRegion | undefined;
  for (let frame = readFrame(IN); frame; frame = readFrame(IN)) {
    if (frame.kind === 'region') {
      region = JSON.parse(frame.body.toString());
      continue;
    }
    const admit = (decodeBytes: number): boolean => {
      if (decodeBytes <= freeBytes) return true;
      writeFrame(OUT, 'cost', Buffer.from(String(decodeBytes)));
      return readFrame(IN)?.kind === 'go';
    };
    try {
      const pixels = await decode(frame.body, admit, region);
      if (pixels) writeFrame(OUT, 'pixels', pixels);
    } catch (error) {
      writeFrame(OUT, 'failed', Buffer.from(JSON.stringify(toFailure(error))));
    }
    region = undefined;
  }
}

function toFailure(error: unknown): DecodeFailure {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return {
    ...(error instanceof AppError && { code: error.code }),
    message,
    ...(cause instanceof Error && { cause: cause.message }),
  };
}

const [, file, job] = process.argv;
if (file === decodeProcessFile && job !== undefined) {
  // A terminal and a service manager tell every process to stop; the server ends this one when nothing is left to do.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  await serve(JSON.parse(job));
}
