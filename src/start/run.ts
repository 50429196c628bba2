import { StartupError } from '../errors.ts';

/**
 * Runs a program to its end and ends the process with its exit code. A reason not to start is told in its own words;
 * anything else is a defect and shown with its stack.
 */
export async function run(program: () => Promise<number>): Promise<void> {
  try {
    process.exit(await program());
  } catch (error) {
    const text = error instanceof StartupError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  }
}
