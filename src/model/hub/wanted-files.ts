import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { StartupError } from '../../errors.ts';
import { CONFIG_FILES, dtypesAmong, onnxFileName } from '../model-files.ts';
import type { TowerDtypes } from '../types.ts';

/** What the Hub says of a file's content. */
export const hubFileSchema = z.object({
  /** Relative, with slashes; never upwards, whoever says so. */
  path: z.string().regex(/^(?:\w[\w.-]*\/)?\w[\w.-]*$/),
  /** Bytes. */
  size: z.number(),
  /** `sha256:<hex>` of the content (large files), or `git-sha1:<hex>`, the name git gives it (the others). */
  checksum: z.string().regex(/^(sha256:[0-9a-f]{64}|git-sha1:[0-9a-f]{40})$/),
});
export type HubFile = z.infer<typeof hubFileSchema>;

/** Whether `path` holds the very content that the Hub says, as it lies on disk. Throws the file system's errors. */
export async function hasContent(path: string, { size, checksum }: HubFile): Promise<boolean> {
  if ((await stat(path).catch(() => undefined))?.size !== size) return false;
  const isSha256 = checksum.startsWith('sha256:');
  const hash = createHash(isSha256 ? 'sha256' : 'sha1');
  if (!isSha256) hash.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return checksum.endsWith(`:${hash.digest('hex')}`);
}

/** Read by some models' makers, not by Vitrine; kept so that the folder is of use to other programs. */
const OPTIONAL = 'special_tokens_map.json';

/** The files that a model's folder must have. */
export function requiredFileNames({ visionDtype, textDtype }: TowerDtypes): string[] {
  return [...CONFIG_FILES, onnxFileName('vision_model', visionDtype), onnxFileName('text_model', textDtype)];
}

/** Whether a path of a repository is needed for these dtypes. */
export function isWanted(path: string, dtypes: TowerDtypes): boolean {
  // Weights too large for an ONNX file lie beside it: `x.onnx_data`, `x.onnx_data_1`, `x.onnx.data`.
  const owner = path.replace(/(?<=\.onnx)[._]data(?:_\d+)?$/, '');
  return path === OPTIONAL || requiredFileNames(dtypes).includes(owner);
}

/**
 * Picks what Vitrine needs of a repository. Files are asked for by the names that Vitrine knows, so that no name of the
 * Hub's choice is ever written to. Throws StartupError that says what is missing and which dtypes there are.
 */
export function chooseFiles(id: string, files: ReadonlyMap<string, HubFile>, dtypes: TowerDtypes): HubFile[] {
  const missing = requiredFileNames(dtypes).filter((name) => !files.has(name));
  if (missing.length === 0) return [...files.values()].filter(({ path }) => isWanted(path, dtypes));

  const vision = dtypesAmong([...files.keys()], 'vision_model');
  const text = dtypesAmong([...files.keys()], 'text_model');
  if (vision.length === 0 || text.length === 0) {
    const tower = vision.length === 0 ? 'onnx/vision_model.onnx' : 'onnx/text_model.onnx';
    throw new StartupError(
      `${id} has no ${tower}. Look for the model under Xenova/ or onnx-community/, where both are published.`,
    );
  }
  const plain = missing.filter((name) => !name.startsWith('onnx/'));
  if (plain.length > 0) throw new StartupError(`${id} has no ${plain.join(' and no ')}: Vitrine cannot run it.`);
  throw new StartupError(
    `${id} has no ${missing.join(' and no ')}. It has the vision tower as ${vision.join(', ')} ` +
      `and the text tower as ${text.join(', ')}: set CLIP_DTYPE, or CLIP_VISION_DTYPE and CLIP_TEXT_DTYPE, to these.`,
  );
}
