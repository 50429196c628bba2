import { createHash } from 'node:crypto';
import { StartupError } from '../../errors.ts';
import type { CollectionIdentity } from './types.ts';

const MAX_PART_LENGTH = 60;

/**
 * The name under which a store keeps a collection: base name, model id and dimension, `products__mini-1a2b3c4d5e6f__512`. Only lower
 * case letters, digits, `-` and `_` occur, so it can be a folder on any file system and part of a URL. Two names, models or
 * dimensions never get the same one: a part that had to be changed ends in eight digits of its own hash.
 */
export function collectionName(identity: HeldVectors): string {
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

/** A model's id as stores keep it, `mini-1a2b3c4d5e6f`: its name, and the digest of its files. */
export function modelIdOf({ id, digest }: { id: string; digest: string }): string {
  return `${id}-${digest}`;
}

/** The parts of a model's id. */
function readModelId(modelId: string): { model: string; digest: string | undefined } {
  const [, model = modelId, digest] = /^(.+)-([0-9a-f]{12})$/.exec(modelId) ?? [];
  return { model, digest };
}

/** What of a collection its vectors depend on. */
type HeldVectors = Omit<CollectionIdentity, 'language'>;

/** The refusal to open a collection that holds another model's vectors, with the ways out. `place` says where it lies. */
export function modelMismatch(stored: HeldVectors, wanted: HeldVectors, place: string): StartupError {
  const describe = ({ modelId, dimension }: HeldVectors) => {
    const { model, digest } = readModelId(modelId);
    return `"${model}" (${digest === undefined ? '' : `files ${digest}, `}${dimension} dimensions)`;
  };
  return new StartupError(
    `The collection "${wanted.name}" holds vectors of the model ${describe(stored)}, but the model now is ` +
      `${describe(wanted)}; vectors of two models cannot be compared. ${wayBack(stored, wanted)}, ` +
      `or choose another name for the collection (COLLECTION), or delete ${place} and index the products again.`,
  );
}

function wayBack(stored: HeldVectors, wanted: HeldVectors): string {
  const [before, now] = [readModelId(stored.modelId), readModelId(wanted.modelId)];
  if (before.model !== now.model || before.digest === now.digest) {
    return `Go back to that model (CLIP_MODEL=${before.model})`;
  }
  return 'Go back to the files, or to the CLIP_DTYPE, that made them (CLIP_MODEL has the same name, but other files)';
}

/** The refusal to open a collection whose words are stemmed in another language. `place` says where it lies. */
export function languageMismatch(stored: string, wanted: CollectionIdentity, place: string): StartupError {
  return new StartupError(
    `The words of the collection "${wanted.name}" are indexed in ${stored}, but SEARCH_LANGUAGE now is ${wanted.language}; ` +
      `a question in one would not find what is stored in the other. Go back to SEARCH_LANGUAGE=${stored}, or choose another ` +
      `name for the collection (COLLECTION), or delete ${place} and index the products again.`,
  );
}
