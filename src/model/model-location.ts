import { statSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { StartupError } from '../errors.ts';
import { COMMAND, PACKAGE_ROOT } from '../package-root.ts';

/** The name of the model that comes with Vitrine. */
export const BUNDLED_MODEL = 'mini';

const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;

/**
 * The folder that a Hub id's files belong in, `modelCacheDir/<owner>/<name>`, absolute; undefined when `id` has not the
 * form of a Hub id.
 */
export function hubModelFolder(id: string, modelCacheDir: string): string | undefined {
  return HUB_ID.test(id) ? resolve(modelCacheDir, ...id.split('/')) : undefined;
}

export interface ModelLocation {
  /** What the model is called everywhere else: `mini`, the Hub id, or the folder's name. */
  id: string;
  /** Absolute. */
  folder: string;
  bundled: boolean;
}

/**
 * Finds the folder that a CLIP_MODEL stands for: `mini`, a path (absolute, or relative to the working folder), or a Hub
 * id whose files lie in `modelCacheDir/<owner>/<name>`, if that is given. Throws StartupError that says what to do when there is none.
 */
export function locateModel(name: string, options: { modelCacheDir?: string | undefined } = {}): ModelLocation {
  if (name === BUNDLED_MODEL) return { id: name, folder: join(PACKAGE_ROOT, 'models', BUNDLED_MODEL), bundled: true };

  const folder = resolve(name);
  const isPath = isAbsolute(name) || name.startsWith('.');
  if (isFolder(folder)) return { id: basename(folder), folder, bundled: false };
  if (isPath) {
    throw new StartupError(
      `CLIP_MODEL: there is no folder ${folder}. Give the path of a model's folder, or "${BUNDLED_MODEL}".`,
    );
  }

  if (HUB_ID.test(name)) {
    const { modelCacheDir } = options;
    const cached = modelCacheDir === undefined ? undefined : hubModelFolder(name, modelCacheDir);
    if (cached !== undefined && isFolder(cached)) return { id: name, folder: cached, bundled: false };
    throw new StartupError(
      `CLIP_MODEL: ${name} is not on this machine. Run "${COMMAND} model download ${name}", or put its files into ${cached ?? 'a folder'} (config.json, ` +
        'preprocessor_config.json, tokenizer.json, tokenizer_config.json and the onnx folder), set CLIP_MODEL to that ' +
        `folder, or set CLIP_MODEL=${BUNDLED_MODEL} to try Vitrine out.`,
    );
  }
  throw new StartupError(
    `CLIP_MODEL: "${name}" is neither "${BUNDLED_MODEL}" nor a folder nor a Hub id such as Xenova/clip-vit-base-patch32.`,
  );
}

/** Whether there is a folder at this path. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
