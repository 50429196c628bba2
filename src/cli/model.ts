import type { Command } from 'commander';
import { COMMAND } from '../package-root.ts';
import { type DtypeFlags, type JsonFlag, type Runner, readConfig, withDtypes, withJson } from './options.ts';

const ABOUT_DOWNLOAD = `
The model's folder is under MODEL_CACHE_DIR (default: DATA_DIR/models). A
download that broke off goes on where it was; one that is complete is left as it
is. Without --revision a model that is there stays at its revision, and a new
one is taken from main; "--revision main" brings a newer one. HF_ENDPOINT names
a mirror, HF_TOKEN opens private and gated models.

Examples:
  $ ${COMMAND} model download Xenova/clip-vit-base-patch32
  $ ${COMMAND} model download Xenova/clip-vit-base-patch32 --dtype int8`;

const ABOUT_CHECK = `
Loads the model, compares its files with their checksums where they were
downloaded, and asks whether it still tells a dozen drawings apart by their
captions: published files exist that load and return noise. The exit code is 1
when it does not. Run it before a model goes into production.

Examples:
  $ ${COMMAND} model check mini
  $ ${COMMAND} model check Xenova/clip-vit-base-patch32 --dtype int8
  $ ${COMMAND} model check ./models/my-clip`;

type DownloadFlags = DtypeFlags & JsonFlag & { revision?: string };

/** Adds `vitrine model download|list|check`, each of which loads what it needs when it runs. */
export function addModelCommands(program: Command, run: Runner): void {
  const model = program.command('model').description('download, list and check models');

  const download = model
    .command('download')
    .description('download a model from the Hugging Face Hub')
    .argument('<id>', 'such as Xenova/clip-vit-base-patch32')
    .option('--revision <revision>', 'branch, tag or commit');
  withJson(withDtypes(download))
    .addHelpText('after', ABOUT_DOWNLOAD)
    .action((id: string, flags: DownloadFlags) =>
      run(async () => (await import('./model-files.ts')).runDownload(readConfig(), id, flags)),
    );

  withJson(model.command('list').description('list the models on this machine')).action((flags: JsonFlag) =>
    run(async () => (await import('./model-files.ts')).runList(readConfig(), flags)),
  );

  const check = model
    .command('check')
    .description('load a model, test and time it')
    .argument('<model>', 'mini, a Hub id that was downloaded, or a folder');
  withJson(withDtypes(check))
    .addHelpText('after', ABOUT_CHECK)
    .action((name: string, flags: DtypeFlags & JsonFlag) =>
      run(async () => (await import('./model-check.ts')).runCheck(readConfig(), name, flags)),
    );
}
