import { editDistance } from './edit-distance.ts';

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
    if (written[0] !== meant[0]) continue;
    const slips = editDistance(written, meant, allowed);
    if (slips <= allowed && slips < (closest?.slips ?? Number.POSITIVE_INFINITY)) closest = { name: candidate, slips };
  }
  return closest?.name;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
