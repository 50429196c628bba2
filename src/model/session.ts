import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { fromHalf, toHalf } from './half.ts';
import type { Device } from './types.ts';
import { toUnitVector } from './unit-vector.ts';

export interface SessionOptions {
  file: string;
  device: Device;
  /** Threads that one run may use. */
  threads: number;
}

/** An input by value: its numbers, row by row, and its shape, batch first. */
interface InputTensor {
  data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  dims: readonly number[];
}

/** Inputs on offer, by name. Those that a model does not declare are left out. */
export type Inputs = Record<string, InputTensor>;

/** An input as the model declares it. A size that is not fixed is undefined. */
export interface DeclaredInput {
  name: string;
  dims: (number | undefined)[];
}

/** One tower of a model. */
export interface Session {
  readonly inputs: readonly DeclaredInput[];
  /** Runs a batch; one unit vector per row. Throws when the model refuses it or returns something else. */
  run(inputs: Inputs): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Projected embeddings of CLIP, then what SigLIP calls them. */
const OUTPUTS = ['image_embeds', 'text_embeds', 'pooler_output'];

/**
 * Loads a tower's ONNX file. Each run blocks the thread it is called on (onnxruntime-node computes on the caller's
 * thread), so this belongs into a worker. Throws Error when the file does not load or has no output of an embedding.
 */
export async function createSession({ file, device, threads }: SessionOptions): Promise<Session> {
  // Fatal only, here and below: every failure reaches us as an exception, and is logged where it matters.
  env.logLevel = 'fatal';
  const session = await InferenceSession.create(file, {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
    // Threads that wait in a busy loop take the processor from decoding, from the other tower and from the store; threads
    // that sleep at once lose time between any two operations. An image of ViT-B/32's architecture in int8, on a busy machine:
    // 43 ms with 20 µs, 64 asleep at once, 94 with the runtime's own setting; at best 27, 41 and 24.
    extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '20' } } },
  });
  const output = OUTPUTS.find((name) => session.outputNames.includes(name));
  if (output === undefined) {
    await session.release();
    throw new Error(`it has the outputs ${session.outputNames.join(', ')}, but none of ${OUTPUTS.join(', ')}`);
  }
  const declared = session.inputMetadata.map((input) => {
    if (!input.isTensor) throw new Error(`its input ${input.name} is not a tensor`);
    return { name: input.name, type: input.type, dims: input.shape.map(toSize) };
  });

  return {
    inputs: declared.map(({ name, dims }) => ({ name, dims })),
    async run(inputs) {
      const feeds: Record<string, Tensor> = {};
      for (const { name, type } of declared) {
        const input = inputs[name];
        if (!input) throw new Error(`it wants an input ${name}, which Vitrine does not know`);
        feeds[name] = toTensor(type, input);
      }
      const result = (await session.run(feeds, [output]))[output];
      if (!(result instanceof Tensor)) throw new Error(`its output ${output} is not a tensor`);
      return toRows(result).map(toUnitVector);
    },
    close: () => session.release(),
  };
}

function toSize(size: number | string): number | undefined {
  return typeof size === 'number' ? size : undefined;
}

function toTensor(type: Tensor.Type, { data, dims }: InputTensor): Tensor {
  switch (type) {
    case 'float32':
      return new Tensor('float32', data instanceof Float32Array ? data : Float32Array.from(data), dims);
    case 'float16':
      return toHalfTensor(Uint16Array.from(data, toHalf), dims);
    case 'int64':
      return new Tensor('int64', BigInt64Array.from(Array.from(data, BigInt)), dims);
    case 'int32':
      return new Tensor('int32', data instanceof Int32Array ? data : Int32Array.from(data), dims);
    default:
      throw new Error(`it wants numbers of type ${type}, which Vitrine does not make`);
  }
}

/**
 * A float16 tensor that keeps its numbers as Uint16Array. The constructor makes a Float16Array of them where Node has
 * that, whose length onnxruntime-node 1.30 then reads as 0 (microsoft/onnxruntime#32323).
 */
function toHalfTensor(bits: Uint16Array, dims: readonly number[]): Tensor {
  return Object.defineProperty(new Tensor('float16', bits, dims), 'data', { value: bits });
}

function toRows(tensor: Tensor): Float32Array[] {
  const [rowCount = 0, ...rest] = tensor.dims;
  const values = toFloats(tensor);
  const width = rowCount > 0 ? values.length / rowCount : 0;
  if (rest.length !== 1)
    throw new Error(`its output has the shape [${tensor.dims.join(', ')}], not [batch, dimension]`);
  return Array.from({ length: rowCount }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

function toFloats({ type, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  // Depending on Node's version the same 16 bits come as Uint16Array or as Float16Array.
  if (type === 'float16' && ArrayBuffer.isView(data)) {
    const bits = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    return Float32Array.from(bits, fromHalf);
  }
  throw new Error(`its output is of type ${type}, not float32 or float16`);
}
