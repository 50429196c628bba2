const BYTES_PER_FLOAT = 4;
/** How far the squared length of a unit vector of 32-bit floats may stray from 1. */
const UNIT_TOLERANCE = 1e-3;

/** The embedding as little-endian 32-bit floats, whatever the machine: replicas on different ones share a Redis. */
export function encodeEmbedding(embedding: Float32Array): Uint8Array {
  const bytes = new Uint8Array(embedding.length * BYTES_PER_FLOAT);
  const view = new DataView(bytes.buffer);
  embedding.forEach((value, index) => {
    view.setFloat32(index * BYTES_PER_FLOAT, value, true);
  });
  return bytes;
}

/**
 * The embedding that `encodeEmbedding` wrote, as a fresh array of length `dimension`; undefined when the bytes cannot be
 * one: another length, or not a unit vector.
 */
export function decodeEmbedding(bytes: Uint8Array, dimension: number): Float32Array | undefined {
  if (bytes.byteLength !== dimension * BYTES_PER_FLOAT) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const embedding = new Float32Array(dimension);
  let squaredLength = 0;
  for (let index = 0; index < dimension; index += 1) {
    const value = view.getFloat32(index * BYTES_PER_FLOAT, true);
    embedding[index] = value;
    squaredLength += value * value;
  }
  // Written so that NaN fails as well.
  return Math.abs(squaredLength - 1) <= UNIT_TOLERANCE ? embedding : undefined;
}
