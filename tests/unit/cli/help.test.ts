import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';

const withSubcommands = (command: Command): Command[] => [command, ...command.commands.flatMap(withSubcommands)];

/** What `--help` prints on a terminal of 80 columns. */
function helpOf(command: Command): string {
  let help = '';
  const writeOut = (text: string) => {
    help += text;
  };
  command.configureOutput({ getOutHelpWidth: () => 80, writeOut });
  command.outputHelp();
  return help;
}

const commands = withSubcommands(createProgram(() => {}));

test.each(commands.map((command) => [command.name(), command] as const))(
  'the help of %s breaks no word on a terminal of 80 columns, and calls the command as people can',
  (_name, command) => {
    const help = helpOf(command);
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(help).toContain('Usage: npm run vitrine -- ');
    expect(help).not.toMatch(/[|$] vitrine /);
  },
);
