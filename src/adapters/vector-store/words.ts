/** No letter has more marks than these. Normalising sorts a run of them, in a time that grows with its square. */
const ENDLESS_MARKS = /(\p{M}{10})\p{M}+/gu;

/**
 * The words of a text, one blank between them; empty when there is none. A word is a run of letters, digits and
 * combining marks; everything else (punctuation, operators of a query language, emoji, control characters) separates.
 * Compatibility forms are made equal (NFKC), so that `é` matches however it was typed. Applied to products and queries
 * alike, it leaves nothing that a full-text engine could take for anything but words.
 */
export function toWords(text: string): string {
  return text
    .toWellFormed()
    .replace(ENDLESS_MARKS, '$1')
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}
