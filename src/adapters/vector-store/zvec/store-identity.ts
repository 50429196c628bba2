import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StartupError } from '../../../errors.ts';
import { collectionName, modelMismatch, safeName } from '../collection-name.ts';
import type { CollectionIdentity } from '../types.ts';

/** Raised when the layout of a stored collection changes so that an older one cannot be used. */
const FORMAT = 1;

const storedSchema = z.object({
  format: z.number(),
  name: z.string(),
  modelId: z.string(),
  dimension: z.number(),
  collection: z.string(),
});

/**
 * Makes sure that the collection of this base name under `folder` is of this model: `<name>.json` beside the collections
 * says which one is current. Throws StartupError when another model's vectors are there. A collection whose folder was
 * deleted does not count.
 */
export async function checkIdentity(folder: string, identity: CollectionIdentity): Promise<void> {
  const stored = await readIdentity(folder, identity);
  if (stored === undefined || !existsSync(join(folder, stored.collection))) return;
  if (stored.format !== FORMAT) {
    throw new StartupError(
      `${join(folder, stored.collection)} was written by another version of Vitrine (format ${stored.format}, this one ` +
        `reads ${FORMAT}). Start that version, or choose another name (COLLECTION) and index the products again.`,
    );
  }
  if (stored.modelId !== identity.modelId || stored.dimension !== identity.dimension) {
    throw modelMismatch(stored, identity, join(folder, stored.collection));
  }
}

/** Records that the collection of this base name is of this model; the file is never seen half written. */
export async function writeIdentity(folder: string, identity: CollectionIdentity): Promise<void> {
  const { name, modelId, dimension } = identity;
  const content = { format: FORMAT, name, modelId, dimension, collection: collectionName(identity) };
  const path = identityPath(folder, identity);
  const draft = `${path}.${process.pid}.new`;
  try {
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { flush: true });
    await rename(draft, path);
  } catch (cause) {
    throw new StartupError(`${path} cannot be written. Check DATA_DIR, its permissions and the space left.`, { cause });
  }
}

async function readIdentity(
  folder: string,
  identity: CollectionIdentity,
): Promise<z.infer<typeof storedSchema> | undefined> {
  const path = identityPath(folder, identity);
  if (!existsSync(path)) return undefined;
  try {
    return storedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const advice =
      'If you know which model the collection was made with (CLIP_MODEL), delete this file and start again.';
    throw new StartupError(`${path} is damaged, so the model of the stored vectors is unknown. ${advice}`, { cause });
  }
}

function identityPath(folder: string, identity: CollectionIdentity): string {
  return join(folder, `${safeName(identity.name)}.json`);
}
