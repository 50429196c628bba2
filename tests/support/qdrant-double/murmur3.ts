const FIRST_FACTOR = 0xcc9e2d51;
const SECOND_FACTOR = 0x1b873593;

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function scramble(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, FIRST_FACTOR), 15), SECOND_FACTOR);
}

/** MurmurHash3, the 32-bit variant with seed 0, as Austin Appleby published it. Result: an unsigned 32-bit integer. */
export function murmur3(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let start = 0; start < whole; start += 4) {
    hash = rotateLeft(hash ^ scramble(view.getUint32(start, true)), 13);
    hash = Math.imul(hash, 5) + 0xe6546b64;
  }
  let rest = 0;
  for (let index = bytes.length - 1; index >= whole; index -= 1) rest = (rest << 8) | (bytes[index] ?? 0);
  hash ^= scramble(rest) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
