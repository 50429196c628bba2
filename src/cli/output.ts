/** Writes the output proper of a command. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The same for a program that reads it. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Says a line to the person at the terminal, beside the output proper. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
