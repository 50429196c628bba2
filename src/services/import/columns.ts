import { closestName } from '../../closest-name.ts';

/** Every column a CSV file may have besides `attributes.<name>`; others are ignored. */
export const COLUMNS = [
  'id',
  'name',
  'description',
  'category',
  'price',
  'currency',
  'image',
  'imageUrl',
  'additionalImages',
  'additionalImageUrls',
  'inStock',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Stands between several images in one cell: `%7C` in a URL, which may hold blanks and commas, and in no name of a file. */
export const IMAGE_SEPARATOR = '|';

/** Begins the name of a CSV column that holds an attribute. */
export const ATTRIBUTE_PREFIX = 'attributes.';

/** Files of machines name hundreds of columns at most; one that makes up a new name on every line is not remembered. */
const MAX_REMEMBERED = 1000;

/** Is shown the names that stand in a file: those of the header of a CSV file, the keys of each line of JSON Lines. */
export type NameCheck = (names: readonly string[]) => void;

/**
 * Watches for names that are ignored and look like one that would be read: a misspelled column would be lost in silence.
 * `warn` is told each of them once, with the name that was meant. One that stands beside the right name is somebody's
 * own.
 */
export function createNameCheck(warn: (name: string, meant: string) => void): NameCheck {
  const known = [...COLUMNS, 'attributes'];
  const seen = new Set<string>();
  return (names) => {
    for (const name of names) {
      if (seen.has(name) || seen.size >= MAX_REMEMBERED) continue;
      seen.add(name);
      const meant = closestColumn(name, known);
      if (meant !== undefined && meant !== name && !names.includes(meant)) warn(name, meant);
    }
  };
}

function closestColumn(name: string, known: readonly string[]): string | undefined {
  const dot = name.indexOf('.');
  if (dot < 0) return closestName(name, known);
  return closestName(name.slice(0, dot), ['attributes']) && `${ATTRIBUTE_PREFIX}${name.slice(dot + 1)}`;
}
