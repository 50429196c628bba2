import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DTYPES } from '../types.ts';
import { isWanted, type TowerDtypes } from './wanted-files.ts';

/** Beside a downloaded model's files, written last: what there is, and of which commit. */
export const MANIFEST_NAME = 'vitrine-model.json';

const manifestSchema = z.object({
  id: z.string(),
  /** The commit's hash. */
  revision: z.string(),
  dtypes: z.object({ vision: z.array(z.enum(DTYPES)), text: z.array(z.enum(DTYPES)) }),
  files: z.array(
    z.object({
      // Never upwards or absolute, whoever wrote the file.
      path: z.string().regex(/^(?:\w[\w.-]*\/)?\w[\w.-]*$/),
      size: z.number(),
      checksum: z.union([
        z.templateLiteral([z.literal('sha256:'), z.string()]),
        z.templateLiteral([z.literal('git-sha1:'), z.string()]),
      ]),
    }),
  ),
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
export function isComplete({ dtypes, files }: Manifest, folder: string, wanted: TowerDtypes): boolean {
  return (
    dtypes.vision.includes(wanted.visionDtype) &&
    dtypes.text.includes(wanted.textDtype) &&
    files
      .filter(({ path }) => isWanted(path, wanted))
      .every(({ path, size }) => statSync(join(folder, path), { throwIfNoEntry: false })?.size === size)
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

/** The manifest once `added` has arrived, beside what `kept` has of the same commit. */
export function mergeManifests(added: Manifest, kept: Manifest | undefined): Manifest {
  if (!kept) return added;
  const paths = new Set(added.files.map(({ path }) => path));
  const union = <T>(mine: readonly T[], others: readonly T[]) => [...new Set([...others, ...mine])];
  return {
    ...added,
    dtypes: {
      vision: union(added.dtypes.vision, kept.dtypes.vision),
      text: union(added.dtypes.text, kept.dtypes.text),
    },
    files: [...kept.files.filter(({ path }) => !paths.has(path)), ...added.files],
  };
}
