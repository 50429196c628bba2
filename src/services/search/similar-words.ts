import { inSlices } from '../../async/slices.ts';
import { editDistance } from '../../edit-distance.ts';

/** Finds the word that was meant. */
export interface SimilarWords {
  /**
   * The nearest word that is at most `most` edits away, see `editDistance`; of equally near ones the first in the list.
   * Undefined where there is none.
   */
  nearest(word: string, most: number): string | undefined;
}

/** Words of one length, as places in the list, ascending, and the letters that each of them has, see `lettersOf`. */
interface Shelf {
  places: number[];
  letters: number[];
}

/** The letters of a word as bits, a bit for those whose codes end alike: one edit changes at most two of them. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let at = 0; at < word.length; at += 1) bits |= 1 << (word.charCodeAt(at) & 31);
  return bits;
}

/** How many bits of 32 are set. */
function countBits(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Looks through a list of words, those with a digit in them aside. A scan that passes over whatever has other letters:
 * 30,000 words take some tenths of a millisecond, and eight bytes each. (An index of deletions is as fast to ask; for as many words it takes 90 MB and seconds
 * to build, and stops everybody for a quarter of one whenever it grows.)
 */
export async function createSimilarWords(words: readonly string[]): Promise<SimilarWords> {
  const shelves = new Map<number, Shelf>();
  await inSlices(words.entries(), ([place, word]) => {
    if (/\p{N}/u.test(word)) return;
    const shelf = shelves.get(word.length) ?? { places: [], letters: [] };
    shelf.places.push(place);
    shelf.letters.push(lettersOf(word));
    shelves.set(word.length, shelf);
  });

  return {
    nearest(word, most) {
      const wanted = lettersOf(word);
      let best = most;
      let found = -1;
      // The nearest lengths first: what they find makes the rest shorter.
      for (let step = 0; step <= best; step += 1) {
        for (const length of step === 0 ? [word.length] : [word.length - step, word.length + step]) {
          const { places = [], letters = [] } = shelves.get(length) ?? {};
          for (let at = 0; at < places.length; at += 1) {
            if (countBits((letters[at] ?? 0) ^ wanted) > 2 * best) continue;
            const place = places[at] ?? 0;
            const distance = editDistance(word, words[place] ?? '', best);
            if (distance > best || (distance === best && found >= 0 && found < place)) continue;
            best = distance;
            found = place;
          }
        }
      }
      return words[found];
    },
  };
}
