import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { StartupError } from '../errors.ts';
import { COMMAND } from '../package-root.ts';
import { keepDemoAway, readDemoProducts } from '../start/demo.ts';
import { formatCount, formatProducts } from '../terminal/format.ts';
import { connect } from './connect.ts';
import { deleteProducts, listProducts, readStats } from './operations.ts';
import { type ConnectionFlags, type JsonFlag, type Runner, readConfig, withConnection, withJson } from './options.ts';
import { print, printJson, say } from './output.ts';

interface ClearFlags extends ConnectionFlags, JsonFlag {
  demo?: boolean;
  yes?: boolean;
}

const ABOUT_DELETE = `
The exit code is 1 when one of them was not there.

Example:
  $ ${COMMAND} delete sku-0001 sku-0002`;

const ABOUT_CLEAR = `
It asks first, unless --yes is given. What is deleted is gone: "export" before
it keeps a copy. The demo catalogue does not come back by itself.

Examples:
  $ ${COMMAND} clear --demo
  $ ${COMMAND} clear --yes`;

/** Adds `vitrine delete` and `vitrine clear`. */
export function addDeleteCommands(program: Command, run: Runner): void {
  const remove = program.command('delete').description('delete products').argument('<ids...>', 'ids of products');
  withConnection(withJson(remove))
    .addHelpText('after', ABOUT_DELETE)
    .action((ids: string[], flags: ConnectionFlags & JsonFlag) => run(() => runDelete(ids, flags)));

  const clear = program
    .command('clear')
    .description('delete all products, or the demo catalogue alone')
    .option('--demo', 'only the products of the demo catalogue')
    .option('--yes', 'do not ask');
  withConnection(withJson(clear))
    .addHelpText('after', ABOUT_CLEAR)
    .action((flags: ClearFlags) => run(() => runClear(flags)));
}

async function runDelete(ids: readonly string[], flags: ConnectionFlags & JsonFlag): Promise<number> {
  await using connection = await connect(readConfig(), flags);
  const deleted = new Set(await deleteProducts(connection.client, ids));
  const missing = [...new Set(ids)].filter((id) => !deleted.has(id));
  if (flags.json) printJson({ deleted: [...deleted], missing });
  else {
    for (const id of missing) say(`There is no product ${id}.`);
    print(`deleted ${formatCount(deleted.size)}`);
  }
  return missing.length > 0 ? 1 : 0;
}

async function runClear(flags: ClearFlags): Promise<number> {
  const config = readConfig();
  await using connection = await connect(config, flags);
  const demo = flags.demo ? await readDemoProducts() : undefined;
  const { name, backend } = await readStats(connection.client);
  const ids: string[] = [];
  for await (const product of listProducts(connection.client)) {
    if (demo?.has(product) !== false) ids.push(product.id);
  }
  const which = demo ? ' of the demo catalogue' : '';
  const question = `Delete ${formatProducts(ids.length)}${which} from ${name} (${backend})?`;
  if (ids.length > 0 && !flags.yes && !(await isConfirmed(question))) {
    say('Nothing was deleted.');
    return 1;
  }
  const deleted = (await deleteProducts(connection.client, ids)).length;
  // The next start would finish a demo that an earlier one was not done with.
  if (connection.isInside) await keepDemoAway(config.dataDir);
  if (flags.json) printJson({ deleted });
  else print(`deleted ${formatCount(deleted)}`);
  return 0;
}

/** Asks at the terminal. Throws StartupError where there is none. */
async function isConfirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new StartupError(`${question} There is no terminal to ask at: say --yes.`);
  process.stderr.write(`${question} [y/N] `);
  const terminal = createInterface({ input: process.stdin });
  const { value } = await terminal[Symbol.asyncIterator]().next();
  terminal.close();
  return /^y(es)?$/i.test(String(value ?? '').trim());
}
