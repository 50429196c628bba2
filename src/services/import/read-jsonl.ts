import type { NameCheck } from './columns.ts';
import { readLines } from './read-lines.ts';
import { fromJsonObject } from './to-product-line.ts';
import type { CatalogueLine } from './types.ts';

/** The products of a JSON Lines file (https://jsonlines.org), one a line; blank lines are skipped. */
export async function* readJsonLines(
  source: AsyncIterable<Uint8Array>,
  checkNames?: NameCheck,
): AsyncGenerator<CatalogueLine> {
  for await (const item of readLines(source)) {
    if ('error' in item) yield item;
    else if (item.text.trim() !== '') yield parseLine(item.line, item.text, checkNames);
  }
}

function parseLine(line: number, text: string, checkNames?: NameCheck): CatalogueLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { line, error: `is not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, error: 'is not a JSON object; every line must be one product such as {"id": "1", …}' };
  }
  checkNames?.(Object.keys(value));
  return { line, ...fromJsonObject({ ...value }) };
}
