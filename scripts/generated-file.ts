import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes a generated file, or with `--check` on the command line only compares it: a difference is told and gives exit
 * code 1.
 */
export function writeOrCheck(file: URL, content: string, command: string): void {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, content);
    return;
  }
  if (readOrEmpty(file) === content) return;
  process.stderr.write(`${file.pathname.split('/').at(-1)} is out of date: run \`${command}\` and commit it.\n`);
  process.exitCode = 1;
}

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
