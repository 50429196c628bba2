import { KERNEL } from './kernel.ts';

const PAGE_BYTES = 65_536;
/** All that WebAssembly can address: 4 GiB. Only what is used is taken from the machine. */
const MAX_PAGES = 65_536;
/** Every reader has a page of its own for a query and its answers; the vectors begin behind them. */
export const MAX_READERS = 64;
const VECTORS_AT = MAX_READERS * PAGE_BYTES;
/** What a reader's page holds, from its beginning: the query, the numbers asked for, the dot products. */
const MAX_DIMENSION = 8_192;
const NUMBERS_AT = 2 * MAX_DIMENSION;
/** So many vectors are compared in one call of the kernel. */
export const BLOCK = 4_096;
const DOTS_AT = NUMBERS_AT + 4 * BLOCK;
/** Grown by so many pages at least: 16 MiB. */
const GROWTH_PAGES = 256;

/** The largest number in an 8-bit copy, and in a query; see kernel.wat for why it is not the largest of 16 bits. */
const LARGEST_STORED = 127;
const LARGEST_QUERIED = 8_191;

/** Bytes of one stored vector: its length rounded up to what the kernel reads at once. */
function strideOf(dimension: number): number {
  return Math.ceil(dimension / 16) * 16;
}

/** Memory for 8-bit copies of vectors, that threads can share. Throws RangeError for a dimension beyond 8,192. */
export function createVectorMemory(dimension: number): WebAssembly.Memory {
  if (dimension > MAX_DIMENSION) throw new RangeError(`Vectors of more than ${MAX_DIMENSION} numbers are not stored.`);
  return new WebAssembly.Memory({ initial: MAX_READERS, maximum: MAX_PAGES, shared: true });
}

/** Writes 8-bit copies. */
export interface VectorWriter {
  /** Stores a vector under a number, and returns the scale: a stored number times it is about the vector's own. */
  write(number: number, vector: Float32Array): number;
  /** Copies what is stored under a number in another memory. */
  copy(from: WebAssembly.Memory, fromNumber: number, number: number): void;
}

/** Throws RangeError when the memory cannot hold any more. */
export function createVectorWriter(memory: WebAssembly.Memory, dimension: number): VectorWriter {
  const stride = strideOf(dimension);
  let bytes = new Int8Array(memory.buffer);

  /** Where the vector is, in memory that has room for it. */
  const placeOf = (number: number): number => {
    const start = VECTORS_AT + number * stride;
    const missing = Math.ceil((start + stride - bytes.length) / PAGE_BYTES);
    if (missing > 0) {
      memory.grow(Math.max(missing, Math.min(GROWTH_PAGES, MAX_PAGES - bytes.length / PAGE_BYTES)));
      bytes = new Int8Array(memory.buffer);
    }
    return start;
  };

  return {
    write(at, vector) {
      const start = placeOf(at);
      const scale = largestOf(vector) / LARGEST_STORED;
      const inverse = scale === 0 ? 0 : 1 / scale;
      for (let place = 0; place < dimension; place += 1) {
        const number = (vector[place] ?? 0) * inverse;
        // Storing cuts what follows the point: this rounds, at half the cost of Math.round.
        bytes[start + place] = number < 0 ? number - 0.5 : number + 0.5;
      }
      return scale;
    },
    copy(from, fromNumber, number) {
      const start = placeOf(number);
      const source = VECTORS_AT + fromNumber * stride;
      bytes.set(new Int8Array(from.buffer, source, stride), start);
    },
  };
}

function largestOf(vector: Float32Array): number {
  let largest = 0;
  for (let at = 0; at < vector.length; at += 1) largest = Math.max(largest, Math.abs(vector[at] ?? 0));
  return largest;
}

/** Compares one query with stored vectors. */
export interface VectorScanner {
  /** Sets the query: `dimension` numbers. Returns its scale: a dot product times it and a vector's scale is the cosine. */
  prepare(query: Float32Array): number;
  /** Put the numbers of vectors here, `BLOCK` at most, … */
  readonly numbers: Uint32Array;
  /** … call this for the first `count` of them, … */
  compare(count: number): void;
  /** … and find their dot products here. */
  readonly dots: Int32Array;
}

/** A scanner over shared memory; `reader` (0 to 63) is which page it works on, so no two of a process may share it. */
export function createVectorScanner(memory: WebAssembly.Memory, dimension: number, reader: number): VectorScanner {
  const stride = strideOf(dimension);
  const page = reader * PAGE_BYTES;
  const module = new WebAssembly.Module(Buffer.from(KERNEL, 'base64'));
  const { dots: kernel } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (typeof kernel !== 'function') throw new TypeError('The kernel has no function named dots.');
  const query = new Int16Array(memory.buffer, page, stride);

  const numbers = new Uint32Array(memory.buffer, page + NUMBERS_AT, BLOCK);

  return {
    numbers,
    dots: new Int32Array(memory.buffer, page + DOTS_AT, BLOCK),
    prepare(vector) {
      const scale = largestOf(vector) / LARGEST_QUERIED;
      query.fill(0);
      if (scale > 0) for (const [at, value] of vector.entries()) query[at] = Math.round(value / scale);
      return scale;
    },
    compare(count) {
      // The kernel takes four at a time.
      const padded = Math.ceil(count / 4) * 4;
      numbers.fill(numbers[0] ?? 0, count, padded);
      kernel(page, VECTORS_AT, stride, page + NUMBERS_AT, padded, page + DOTS_AT);
    },
  };
}
