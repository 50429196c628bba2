import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { AppError, type ErrorCode, StartupError } from '../errors.ts';
import { COMMAND, readVersion } from '../package-root.ts';
import { addDeleteCommands } from './delete-command.ts';
import { addEvalCommand } from './eval-command.ts';
import { addExportCommand } from './export-command.ts';
import { addImportCommand } from './import-command.ts';
import { addModelCommands } from './model.ts';
import type { Runner } from './options.ts';
import { addSearchCommand } from './search-command.ts';
import { addStatsCommand } from './stats-command.ts';
import { addUpdateCommand } from './update-command.ts';

const ABOUT = `
Settings come from the environment, as for the server (see .env.example). A
command opens the store under DATA_DIR itself, or goes through a running server:
the one at --url or VITRINE_URL, or the one that has the store open.

Examples:
  $ ${COMMAND} serve
  $ ${COMMAND} import products.jsonl --errors errors.jsonl
  $ ${COMMAND} search "red dress" --max-price 50
  $ ${COMMAND} stats`;

const ADVICE: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'Give a key with --key or VITRINE_API_KEY.',
  FORBIDDEN: 'Give a key that may do this with --key or VITRINE_API_KEY.',
  INTERNAL_SERVER_ERROR: 'The log of the server says more.',
};

/** The command line of Vitrine. `exit` is told the exit code of the command that ran, where it is not 0. */
export function createProgram(exit: (code: number) => void): Command {
  const program = new Command(COMMAND)
    .description('Product search by text and by image.')
    .version(readVersion())
    .showHelpAfterError('Run it with --help to see what there is.')
    .addHelpText('after', ABOUT);
  const run: Runner = async (command) => {
    try {
      exit((await command()) ?? 0);
    } catch (error) {
      throw explainError(error);
    }
  };

  program
    .command('serve')
    .description('run the server until it is told to stop')
    .action(() =>
      run(async () => {
        // Only here: the server brings native libraries, which no other command needs to wait for.
        const { serve } = await import('../start/serve.ts');
        await serve(loadConfig(process.env));
        return 0;
      }),
    );
  addImportCommand(program, run);
  addExportCommand(program, run);
  addDeleteCommands(program, run);
  addUpdateCommand(program, run);
  addSearchCommand(program, run);
  addEvalCommand(program, run);
  addStatsCommand(program, run);
  addModelCommands(program, run);
  return program;
}

/**
 * What went wrong in words for a terminal: a StartupError, which is shown without a stack. A defect comes back as it is.
 */
export function explainError(error: unknown): unknown {
  if (error instanceof AppError) {
    const advice = ADVICE[error.code];
    return new StartupError(`${error.code}: ${error.message}${advice ? ` ${advice}` : ''}`, { cause: error });
  }
  // What the operating system refuses: a missing file, a full disk, a folder without rights.
  if (error instanceof Error && 'syscall' in error) return new StartupError(error.message, { cause: error });
  return error;
}
