import { StartupError } from '../../errors.ts';
import { onnxFileName } from '../model-files.ts';
import { DTYPES, type Dtype } from '../types.ts';
import type { HubFile } from './checksum.ts';

/** The dtypes of a model's two towers. */
export interface TowerDtypes {
  visionDtype: Dtype;
  textDtype: Dtype;
}

const REQUIRED = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];
const OPTIONAL = ['special_tokens_map.json'];
const TOWERS = ['vision_model', 'text_model'] as const;

/** The files that a model's folder must have. */
export function requiredFileNames({ visionDtype, textDtype }: TowerDtypes): string[] {
  return [...REQUIRED, onnxFileName('vision_model', visionDtype), onnxFileName('text_model', textDtype)];
}

/**
 * Picks what Vitrine needs of a repository. Files are asked for by the names that Vitrine knows, so that no name of the
 * Hub's choice is ever written to. Throws StartupError that says what is missing and which dtypes there are.
 */
export function chooseFiles(id: string, files: ReadonlyMap<string, HubFile>, dtypes: TowerDtypes): HubFile[] {
  const missing = requiredFileNames(dtypes).filter((name) => !files.has(name));
  if (missing.length > 0) throw new StartupError(explainMissing(id, files, missing));
  return [...files.values()].filter(({ path }) => isWanted(path, dtypes));
}

/** Whether a path of a repository is needed for these dtypes. */
export function isWanted(path: string, dtypes: TowerDtypes): boolean {
  // Weights too large for an ONNX file lie beside it: `x.onnx_data`, `x.onnx_data_1`, `x.onnx.data`.
  const owner = path.replace(/(?<=\.onnx)[._]data(?:_\d+)?$/, '');
  return OPTIONAL.includes(path) || requiredFileNames(dtypes).includes(owner);
}

function explainMissing(id: string, files: ReadonlyMap<string, HubFile>, missing: readonly string[]): string {
  const [vision = [], text = []] = TOWERS.map((tower) =>
    DTYPES.filter((dtype) => files.has(onnxFileName(tower, dtype))),
  );
  if (vision.length === 0 || text.length === 0) {
    const owner = 'Look for the model under Xenova/ or onnx-community/, where both are published';
    return `${id} has no ${vision.length === 0 ? 'onnx/vision_model.onnx' : 'onnx/text_model.onnx'}. ${owner}.`;
  }
  const plain = missing.filter((name) => REQUIRED.includes(name));
  if (plain.length > 0) return `${id} has no ${plain.join(' and no ')}: Vitrine cannot run it.`;
  return (
    `${id} has no ${missing.join(' and no ')}. It has the vision tower as ${vision.join(', ')} ` +
    `and the text tower as ${text.join(', ')}: set CLIP_DTYPE, or CLIP_VISION_DTYPE and CLIP_TEXT_DTYPE, to these.`
  );
}
