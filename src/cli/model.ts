import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { type DtypeFlags, type Runner, withDtypes } from './options.ts';

const ABOUT_DOWNLOAD = `
The model's folder is under MODEL_CACHE_DIR (default: DATA_DIR/models). A download that broke off goes on where it
was; one that is complete is left as it is. Without --revision a model that is there stays at its revision, and a new
one is taken from main; "--revision main" brings a newer one. HF_ENDPOINT names a mirror, HF_TOKEN opens private and
gated models.

Examples:
  $ vitrine model download Xenova/clip-vit-base-patch32
  $ vitrine model download Xenova/clip-vit-base-patch32 --vision-dtype fp32 --text-dtype int8`;

const ABOUT_CHECK = `
Loads the model, compares its files with their checksums where they were downloaded, and asks whether it still tells a
dozen drawings apart by their captions: published files exist that load and return noise. The exit code is 1 when it
does not. Run it before a model goes into production.

Examples:
  $ vitrine model check mini
  $ vitrine model check Xenova/clip-vit-base-patch32 --dtype int8
  $ vitrine model check ./models/my-clip`;

/** Adds `vitrine model download|list|check`. */
export function addModelCommands(program: Command, run: Runner): void {
  const model = program.command('model').description('download, list and check models');

  withDtypes(
    model
      .command('download')
      .description('download a model from the Hugging Face Hub')
      .argument('<id>', 'such as Xenova/clip-vit-base-patch32')
      .option('--revision <revision>', 'branch, tag or commit')
      .addHelpText('after', ABOUT_DOWNLOAD),
  ).action((id: string, flags: DtypeFlags & { revision?: string }) =>
    run(async () => (await import('./model-files.ts')).runDownload(loadConfig(process.env), id, flags)),
  );

  model
    .command('list')
    .description('list the models on this machine')
    .action(() => run(async () => (await import('./model-files.ts')).runList(loadConfig(process.env))));

  withDtypes(
    model
      .command('check')
      .description('load a model, test and time it')
      .argument('<model>', 'mini, a Hub id that was downloaded, or a folder')
      .addHelpText('after', ABOUT_CHECK),
  ).action((name: string, flags: DtypeFlags) =>
    run(async () => (await import('./model-check.ts')).runCheck(loadConfig(process.env), name, flags)),
  );
}
