/** The vector at length 1 (L2), as a new array. Throws Error for a vector that has no direction: zero or not finite. */
export function toUnitVector(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new Error('The model returned an embedding that is zero or not finite.');
  }
  return vector.map((value) => value / length);
}

/** Dot product; the cosine similarity of two unit vectors of equal length. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const [index, value] of a.entries()) sum += value * (b[index] ?? 0);
  return sum;
}
