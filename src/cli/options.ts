import { InvalidArgumentError, Option } from 'commander';
import { SEARCH_MODES, type SearchMode } from '../services/search/search-request.ts';

/** How to reach the store. */
export interface ConnectionFlags {
  url?: string;
  key?: string;
}

export const urlOption = () =>
  new Option('--url <url>', 'GraphQL endpoint of a running server; without it the store under DATA_DIR is opened');

export const keyOption = () =>
  new Option('--key <key>', 'key for that server, sent as Authorization: Bearer').env('VITRINE_API_KEY');

/** A parser for commander: a number from `min` to `max`. */
export function numberBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= min && value <= max) return value;
    const range = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a number ${range}.`);
  };
}

/** The same for a whole number. */
export function wholeNumberBetween(min: number, max: number): (text: string) => number {
  const parse = numberBetween(min, max);
  return (text) => {
    const value = parse(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError('It must be a whole number.');
  };
}

/** A parser for `--mode`, in capitals or not. */
export function parseMode(text: string): SearchMode {
  const mode = SEARCH_MODES.find((known) => known === text.toUpperCase());
  if (mode) return mode;
  throw new InvalidArgumentError(`It must be one of ${SEARCH_MODES.join(', ')}.`);
}

/** A parser for an option that can be given several times. */
export function collect(text: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}

/** A parser for `name=value` that can be given several times: values of one name are alternatives. */
export function collectAttribute(
  text: string,
  earlier: ReadonlyMap<string, readonly string[]> | undefined,
): Map<string, readonly string[]> {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 0 || name === '' || value === '') throw new InvalidArgumentError('It must look like color=red.');
  const attributes = new Map(earlier);
  attributes.set(name, [...(attributes.get(name) ?? []), value]);
  return attributes;
}
