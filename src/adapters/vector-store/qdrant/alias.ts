import { StartupError } from '../../../errors.ts';
import { collectionName, modelMismatch, safeName } from '../collection-name.ts';
import type { CollectionIdentity } from '../types.ts';
import { failureOf } from './call.ts';
import {
  ensureCollection,
  type NewCollectionSettings,
  newCollectionRequest,
  prepareCollection,
  readCollection,
  type SetupDeps,
} from './collection.ts';

/** The collection that an alias stands for; undefined when there is no such alias. */
async function resolveAlias({ api, call }: SetupDeps, alias: string): Promise<string | undefined> {
  const { aliases } = await call('read the aliases', (signal) => api.getCollectionsAliases({}, { signal }));
  return aliases.find(({ alias_name: name }) => name === alias)?.collection_name;
}

/**
 * The collection that an alias stands for may have been made under another base name, to be filled with a new model's
 * vectors beside the old one; pointing the alias at it is how a shop changes over. Throws StartupError when it holds
 * another model's vectors or another language's words.
 */
async function acceptTarget(deps: SetupDeps, target: string, wanted: CollectionIdentity): Promise<string> {
  const { metadata, size } = await readCollection(deps, target);
  const modelId = metadata?.modelId;
  if (modelId === wanted.modelId && size === wanted.dimension) {
    await prepareCollection(deps, target, wanted);
    return target;
  }
  const named = target.split('__')[1] ?? target;
  const stored = { name: wanted.name, modelId: modelId ?? named, dimension: size };
  throw modelMismatch(stored, wanted, `the collection ${target} in Qdrant`);
}

async function createAlias({ api, call }: SetupDeps, alias: string, target: string): Promise<void> {
  const actions = [{ create_alias: { alias_name: alias, collection_name: target } }];
  try {
    await call('create the alias', (signal) => api.updateAliases({ actions }, { signal }));
  } catch (error) {
    if (failureOf(error)?.status !== 409) throw error;
    throw new StartupError(
      `Qdrant has a collection named ${alias} that is not Vitrine's, so the name cannot stand for Vitrine's own. ` +
        `Choose another name (COLLECTION), or remove that collection.`,
      { cause: error },
    );
  }
}

/**
 * Makes the collection of `identity` ready, with its indexes, and its base name an alias of it; creates what is not
 * there. Resolves to the collection's own name. Whoever opens it works on the collection itself: when somebody points
 * the alias at the collection of a new model, this server goes on with vectors of its own model until it is restarted.
 * An alias that stands for another collection of this model is followed. Throws StartupError when it stands for another
 * model's.
 */
export async function openCollection(
  deps: SetupDeps,
  identity: CollectionIdentity,
  settings: NewCollectionSettings,
): Promise<string> {
  const alias = safeName(identity.name);
  const name = collectionName(identity);
  const target = await resolveAlias(deps, alias);
  if (target !== undefined && target !== name) return acceptTarget(deps, target, identity);
  await ensureCollection(deps, name, newCollectionRequest(identity, settings));
  await prepareCollection(deps, name, identity);
  if (target === undefined) {
    // Creating and indexing took a while: a server with another model may have taken the name meanwhile.
    if ((await resolveAlias(deps, alias)) === undefined) await createAlias(deps, alias, name);
    const holder = await resolveAlias(deps, alias);
    if (holder !== undefined && holder !== name) return acceptTarget(deps, holder, identity);
  }
  return name;
}
