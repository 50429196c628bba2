import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readManifest } from './hub/manifest.ts';
import { dtypesAmong } from './model-files.ts';
import { BUNDLED_MODEL, locateModel } from './model-location.ts';
import type { Dtype } from './types.ts';

/** A model on this machine, as far as its folder tells without loading it. */
export interface LocalModel {
  /** What to set CLIP_MODEL to. */
  id: string;
  folder: string;
  /** The commit's hash; undefined for files that did not come by `vitrine model download`. */
  revision: string | undefined;
  vision: Dtype[];
  text: Dtype[];
  /** Bytes of everything in the folder. */
  size: number;
  /** Length of the embeddings, where the configuration gives it. */
  dimension: number | undefined;
}

const configSchema = z.looseObject({
  model_type: z.string().optional(),
  projection_dim: z.number().optional(),
  vision_config: z.looseObject({ hidden_size: z.number().optional() }).default({}),
});

/** The bundled model and those under `modelCacheDir`, by name. */
export function listModels(modelCacheDir: string): LocalModel[] {
  const bundled = describeFolder(BUNDLED_MODEL, locateModel(BUNDLED_MODEL).folder);
  const cached = foldersIn(modelCacheDir).flatMap((owner) =>
    foldersIn(join(modelCacheDir, owner)).map((name) =>
      describeFolder(`${owner}/${name}`, join(modelCacheDir, owner, name)),
    ),
  );
  const usable = cached.filter(({ vision, text }) => vision.length > 0 && text.length > 0);
  return [bundled, ...usable.sort((a, b) => (a.id < b.id ? -1 : 1))];
}

function describeFolder(id: string, folder: string): LocalModel {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return {
    id,
    folder,
    revision: readManifest(folder)?.revision,
    vision: dtypesAmong(files, 'vision_model'),
    text: dtypesAmong(files, 'text_model'),
    size: files.reduce((sum, file) => sum + sizeOf(join(folder, file)), 0),
    dimension: readDimension(folder),
  };
}

function readDimension(folder: string): number | undefined {
  try {
    const config = configSchema.parse(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')));
    // SigLIP has no projection: its embeddings are as wide as its vision tower.
    const width = config.model_type === 'siglip' ? config.vision_config.hidden_size : undefined;
    return config.projection_dim ?? width;
  } catch {
    return undefined;
  }
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : 0;
}
