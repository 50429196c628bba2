/*
 * IEEE 754 half precision (binary16) as its bits. Node's Float16Array is newer than the typings that this project
 * compiles against.
 */

const scratch = new DataView(new ArrayBuffer(4));

/** The number that 16 bits stand for. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits nearest to a number; what is too large becomes infinite. Ties round away from zero. */
export function toHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  if (exponent === 128) return sign | 0x7c00 | (bits & 0x7fffff ? 0x200 : 0);
  if (exponent < -14) return sign | Math.round(Math.abs(value) * 2 ** 24);
  // Rounding may carry into the exponent, which is then right too: 1.9999 becomes 2.
  return Math.min(sign + ((exponent + 15) << 10) + Math.round((bits & 0x7fffff) / 2 ** 13), sign | 0x7c00);
}
