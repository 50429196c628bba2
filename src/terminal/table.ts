import { styleText } from 'node:util';

export interface Column {
  title: string;
  align: 'left' | 'right';
  /** Gives way when the table is wider than the terminal. */
  shrinks?: boolean;
}

const GAP = '  ';
/** A column that shrinks keeps at least so much. */
const MIN_WIDTH = 8;
/** Characters that take two cells of a terminal: East Asian wide ones and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

const segmenter = new Intl.Segmenter();

/**
 * Lays rows out in columns. With `width`, columns that shrink are cut so that the lines fit. Control characters are left
 * out, since a product's name must not be able to steer the terminal.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { width?: number | undefined; colour: boolean },
): string {
  const cells = rows.map((row) => columns.map((_, i) => printable(row[i] ?? '')));
  const natural = columns.map(({ title }, i) => Math.max(title.length, ...cells.map((row) => widthOf(row[i] ?? ''))));
  const widths = shrinkToFit(columns, natural, options.width);
  const layOut = (row: readonly string[]) =>
    columns
      .map(({ align }, i) => pad(cut(row[i] ?? '', widths[i] ?? 0), widths[i] ?? 0, align))
      .join(GAP)
      .trimEnd();
  const header = layOut(columns.map(({ title }) => title));
  const title = options.colour ? styleText('bold', header, { validateStream: false }) : header;
  return [title, ...cells.map(layOut)].join('\n');
}

/** The text without anything that a terminal would act on. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

/** Cells of a terminal that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

function shrinkToFit(
  columns: readonly Column[],
  natural: readonly number[],
  width = Number.POSITIVE_INFINITY,
): number[] {
  const sum = natural.reduce((total, each) => total + each, GAP.length * (columns.length - 1));
  let excess = Math.max(0, sum - width);
  return natural.map((each, i) => {
    if (excess === 0 || !columns[i]?.shrinks) return each;
    const kept = Math.min(each, Math.max(MIN_WIDTH, each - excess));
    excess -= each - kept;
    return kept;
  });
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function pad(text: string, width: number, align: Column['align']): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? blanks + text : text + blanks;
}
