/** Longer than any word, see the tokenizer. */
const MAX_LENGTH = 128;
/** Three rows of the table, used again and again: nobody waits between two steps of one call. */
const table = [0, 1, 2].map(() => new Uint8Array(MAX_LENGTH + 1));

/**
 * How many letters must be inserted, left out, changed or swapped with their neighbour to make one word the other
 * (Damerau-Levenshtein, each part of a word changed once); `most` + 1 where that is more than `most`, or where a word is
 * longer than 128.
 */
export function editDistance(left: string, right: string, most: number): number {
  let start = 0;
  let leftEnd = left.length;
  let rightEnd = right.length;
  if (Math.abs(leftEnd - rightEnd) > most || Math.max(leftEnd, rightEnd) > MAX_LENGTH) return most + 1;
  while (start < leftEnd && start < rightEnd && left.charCodeAt(start) === right.charCodeAt(start)) start += 1;
  while (leftEnd > start && rightEnd > start && left.charCodeAt(leftEnd - 1) === right.charCodeAt(rightEnd - 1)) {
    leftEnd -= 1;
    rightEnd -= 1;
  }
  const rows = leftEnd - start;
  const columns = rightEnd - start;
  if (rows === 0 || columns === 0) return Math.min(most + 1, rows + columns);

  let [before, above, row] = table;
  if (before === undefined || above === undefined || row === undefined) return most + 1;
  for (let column = 0; column <= columns; column += 1) above[column] = column;
  for (let line = 1; line <= rows; line += 1) {
    const letter = left.charCodeAt(start + line - 1);
    const letterBefore = line > 1 ? left.charCodeAt(start + line - 2) : -1;
    row[0] = line;
    let least = line;
    for (let column = 1; column <= columns; column += 1) {
      const other = right.charCodeAt(start + column - 1);
      let cost = Math.min((above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1);
      cost = Math.min(cost, (above[column - 1] ?? 0) + (letter === other ? 0 : 1));
      const isSwap = column > 1 && letterBefore === other && letter === right.charCodeAt(start + column - 2);
      if (isSwap) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      row[column] = cost;
      if (cost < least) least = cost;
    }
    // A swap reaches back two rows: only where both lie beyond is all that follows too far.
    if (least > most + 1) return most + 1;
    [before, above, row] = [above, row, before];
  }
  return Math.min(most + 1, above[columns] ?? most + 1);
}
