import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StartupError } from '../../errors.ts';
import { COMMAND } from '../../package-root.ts';
import type { TowerDtypes } from '../types.ts';
import { hasContent, hubFileSchema, isWanted, requiredFileNames } from './wanted-files.ts';

/** Beside a downloaded model's files, written last: what there is, and of which commit. */
export const MANIFEST_NAME = 'vitrine-model.json';

const manifestSchema = z.object({
  id: z.string(),
  /** The commit's hash. */
  revision: z.string(),
  files: z.array(hubFileSchema),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Reads a folder's manifest; undefined when there is none or it cannot be understood. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, MANIFEST_NAME), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether the manifest has these dtypes and all of their files lie there in their size. */
export function isComplete({ files }: Manifest, folder: string, dtypes: TowerDtypes): boolean {
  const wanted = files.filter(({ path }) => isWanted(path, dtypes));
  return (
    requiredFileNames(dtypes).every((name) => wanted.some(({ path }) => path === name)) &&
    wanted.every(({ path, size }) => statSync(join(folder, path), { throwIfNoEntry: false })?.size === size)
  );
}

/**
 * What a model's folder holds: `complete` as a download left it; `own`, files that somebody put there, which are
 * nobody's business; or `incomplete`, nothing yet, a download that broke off, or one of other dtypes.
 */
export function inspectFolder(folder: string, dtypes: TowerDtypes): 'complete' | 'own' | 'incomplete' {
  const manifest = readManifest(folder);
  if (manifest) return isComplete(manifest, folder, dtypes) ? 'complete' : 'incomplete';
  const brokenOff = existsSync(join(folder, `${MANIFEST_NAME}.part`));
  return !brokenOff && existsSync(join(folder, 'config.json')) ? 'own' : 'incomplete';
}

/**
 * Compares a downloaded model's files of these dtypes with the checksums that the Hub gave. Resolves to a line that
 * says how it went; a folder that was not downloaded has nothing to be compared with. Throws StartupError that names
 * the file that differs.
 */
export async function verifyFolder(folder: string, dtypes: TowerDtypes): Promise<string> {
  const manifest = readManifest(folder);
  if (!manifest) return 'not downloaded by Vitrine: there are no checksums to compare them with';
  const files = manifest.files.filter(({ path }) => isWanted(path, dtypes));
  for (const file of files) {
    const path = join(folder, file.path);
    if (await hasContent(path, file).catch(() => false)) continue;
    throw new StartupError(
      `${path} is not what was downloaded. Delete it and run "${COMMAND} model download ${manifest.id}" again.`,
    );
  }
  return `${files.length} as the Hub has them at revision ${manifest.revision}`;
}
