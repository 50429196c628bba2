/** A number of a search that was asked to count, see `SearchResult`. Throws TypeError for one that was not. */
export function counted(count: number | null): number {
  if (count === null) throw new TypeError('These products were not counted along with their search.');
  return count;
}
