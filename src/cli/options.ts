import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Config, loadConfig } from '../config.ts';
import { DTYPES, type Dtype, type TowerDtypes } from '../model/types.ts';
import { say } from './output.ts';

/** Runs a command that resolves to its exit code, 0 where it names none, and tells its errors in words. */
export type Runner = (command: () => Promise<number | undefined>) => Promise<void>;

/** The configuration for a command. Says what in the environment looks misspelled. */
export function readConfig(): Config {
  const config = loadConfig(process.env);
  for (const warning of config.warnings) say(warning);
  return config;
}

/** How to reach the store. */
export interface ConnectionFlags {
  url?: string;
  key?: string;
}

/** Adds the options of ConnectionFlags. */
export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'address of a running server, or its GraphQL endpoint').env('VITRINE_URL'))
    .addOption(new Option('--key <key>', 'key for that server, sent as Authorization: Bearer').env('VITRINE_API_KEY'));
}

/** Whether a program reads what is printed. */
export interface JsonFlag {
  json?: boolean;
}

/** Adds the option of JsonFlag. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON');
}

/** Which dtypes; without any, those of the configuration. */
export interface DtypeFlags {
  dtype?: Dtype;
  visionDtype?: Dtype;
  textDtype?: Dtype;
}

/** Adds the options of DtypeFlags. */
export function withDtypes(command: Command): Command {
  return command
    .addOption(new Option('--dtype <dtype>', 'number format of both towers (default: CLIP_DTYPE)').choices(DTYPES))
    .addOption(new Option('--vision-dtype <dtype>', 'the same for the image tower alone').choices(DTYPES))
    .addOption(new Option('--text-dtype <dtype>', 'the same for the text tower alone').choices(DTYPES));
}

/** The flags, else what the configuration says. */
export function chooseDtypes({ dtype, visionDtype, textDtype }: DtypeFlags, configured: TowerDtypes): TowerDtypes {
  return {
    visionDtype: visionDtype ?? dtype ?? configured.visionDtype,
    textDtype: textDtype ?? dtype ?? configured.textDtype,
  };
}

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

/** An option whose value is one of some words, in capitals or not. */
export function wordOption(flags: string, about: string, words: readonly string[]): Option {
  return new Option(flags, about).choices(words).argParser((text) => {
    const word = words.find((known) => known === text.toUpperCase());
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
  });
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
