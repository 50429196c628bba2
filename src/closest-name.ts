/**
 * The name among `known` that whoever wrote `name` most likely meant; undefined when none is close. Case and anything but
 * letters and digits do not count; beyond that, so many slips behind the first letter are forgiven as a word of that length
 * leaves no doubt about: none up to 4 characters, one up to 10, two from there.
 */
export function closestName(name: string, known: Iterable<string>): string | undefined {
  const written = plain(name);
  let closest: { name: string; slips: number } | undefined;
  for (const candidate of known) {
    const meant = plain(candidate);
    const length = Math.min(written.length, meant.length);
    const allowed = length < 5 ? 0 : length < 11 ? 1 : 2;
    if (written[0] !== meant[0] || Math.abs(written.length - meant.length) > allowed) continue;
    const slips = countSlips(written, meant);
    if (slips <= allowed && slips < (closest?.slips ?? Number.POSITIVE_INFINITY)) closest = { name: candidate, slips };
  }
  return closest?.name;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Letters to add, leave out, change or swap with their neighbour to get from one word to the other (the optimal string
 * alignment distance).
 */
function countSlips(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      const ways = [(last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + changed];
      const areSwapped = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (areSwapped) ways.push((beforeLast[column - 2] ?? 0) + 1);
      current.push(Math.min(...ways));
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
