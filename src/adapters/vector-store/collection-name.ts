import { createHash } from 'node:crypto';
import { StartupError } from '../../errors.ts';
import type { CollectionIdentity } from './types.ts';

const MAX_PART_LENGTH = 60;

/**
 * The name under which a store keeps a collection: base name, model id and dimension, `products__mini__512`. Only lower
 * case letters, digits, `-` and `_` occur, so it can be a folder on any file system and part of a URL. Two identities
 * never get the same name: a part that had to be changed ends in eight digits of its own hash.
 */
export function collectionName(identity: CollectionIdentity): string {
  return [safeName(identity.name), safeName(identity.modelId), String(identity.dimension)].join('__');
}

/** One part of a collection name, see `collectionName`. It never contains `__`, nor begins or ends with `_`. */
export function safeName(part: string): string {
  const safe = part
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/_{2,}|^_|_$/g, '-')
    .slice(0, MAX_PART_LENGTH);
  if (safe === part && safe !== '') return safe;
  const hash = createHash('sha256').update(JSON.stringify(part)).digest('hex').slice(0, 8);
  return `${safe}-${hash}`;
}

/** The refusal to open a collection that holds another model's vectors, with the ways out. `place` says where it lies. */
export function modelMismatch(stored: CollectionIdentity, wanted: CollectionIdentity, place: string): StartupError {
  const describe = ({ modelId, dimension }: CollectionIdentity) => `"${modelId}" (${dimension} dimensions)`;
  return new StartupError(
    `The collection "${wanted.name}" holds vectors of the model ${describe(stored)}, but the model now is ` +
      `${describe(wanted)}; vectors of two models cannot be compared. Go back to that model (CLIP_MODEL=${stored.modelId}), ` +
      `or choose another name for the collection (COLLECTION), or delete ${place} and index the products again.`,
  );
}
