import { formatError } from './errors.ts';

/** What the parser was reading when a text ended too early: the innermost bracket that is still open. */
function unfinished(text: string): string {
  const open: string[] = [];
  for (const character of text.replace(/"(?:[^"\\]|\\.)*"/g, '""')) {
    if (character === '[' || character === '{') open.push(character);
    if (character === ']' || character === '}') open.pop();
  }
  if (open.length === 0) return 'a value';
  return open.at(-1) === '[' ? 'a list' : 'an object';
}

/** The end of the first number in `text` that no 64-bit float can hold. */
function endOfHugeNumber(text: string): number | undefined {
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.]*[eE][+-]?\d+/g)) {
    if (!match[0].startsWith('"') && !Number.isFinite(Number(match[0]))) return match.index + match[0].length;
  }
  return undefined;
}

/** Whether a text in a parsed value, however deep, has half a surrogate pair. */
function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLoneSurrogate);
}

/**
 * Parses a body as Qdrant does, which refuses three things that JavaScript lets through or words differently: a text that
 * ends early, a number out of range, half a surrogate pair.
 */
export function parseJsonBody(text: string): unknown {
  const huge = /\d[eE]\+?\d{3,}[,\]}\s]/.test(text) ? endOfHugeNumber(text) : undefined;
  if (huge !== undefined) throw formatError(`number out of range at line 1 column ${huge}`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw formatError(`EOF while parsing ${unfinished(text)} at line 1 column ${text.length}`);
  }
  // Such a half can only have come in as an escape.
  if (/\\ud[89a-f]/i.test(text) && hasLoneSurrogate(body)) throw formatError('unexpected end of hex escape');
  return body;
}
