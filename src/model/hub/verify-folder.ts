import { join } from 'node:path';
import { StartupError } from '../../errors.ts';
import { checksumOf } from './checksum.ts';
import { readManifest } from './manifest.ts';
import { isWanted, type TowerDtypes } from './wanted-files.ts';

/**
 * Compares a downloaded model's files of these dtypes with the checksums that the Hub gave. Resolves to a line that
 * says how it went; a folder that was not downloaded has nothing to be compared with. Throws StartupError that names
 * the file that differs.
 */
export async function verifyFolder(folder: string, dtypes: TowerDtypes): Promise<string> {
  const manifest = readManifest(folder);
  if (!manifest) return 'not downloaded by Vitrine: there are no checksums to compare them with';
  const files = manifest.files.filter(({ path }) => isWanted(path, dtypes));
  for (const { path, checksum } of files) {
    const file = join(folder, path);
    const actual = await checksumOf(file, checksum).catch(() => undefined);
    if (actual === checksum) continue;
    throw new StartupError(
      `${file} ${actual === undefined ? 'cannot be read' : 'is not what was downloaded'}. Delete it and run "vitrine model download ${manifest.id}" again.`,
    );
  }
  return `${files.length} as the Hub has them at revision ${manifest.revision}`;
}
