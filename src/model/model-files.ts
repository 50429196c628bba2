import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StartupError } from '../errors.ts';
import { type ImageSpec, parseImageSpec } from './image/spec.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';
import { DTYPES, type Dtype, type TowerDtypes } from './types.ts';

/** What the name of an ONNX file ends in for each dtype, as transformers.js writes them. */
const DTYPE_SUFFIXES: Record<Dtype, string> = {
  fp32: '',
  fp16: '_fp16',
  int8: '_int8',
  uint8: '_uint8',
  q8: '_quantized',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/** What a model's folder must have beside its ONNX files. */
export const CONFIG_FILES = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

type TowerName = 'vision_model' | 'text_model';

/** Where a model's folder has a tower: `onnx/vision_model_int8.onnx`. */
export function onnxFileName(tower: TowerName, dtype: Dtype): string {
  return `onnx/${tower}${DTYPE_SUFFIXES[dtype]}.onnx`;
}

/** The dtypes of a tower among the paths of a folder or a repository. */
export function dtypesAmong(paths: readonly string[], tower: TowerName): Dtype[] {
  return DTYPES.filter((dtype) => paths.some((path) => path.replaceAll('\\', '/') === onnxFileName(tower, dtype)));
}

/** Kinds of model that have an image and a text tower of one space, and how many tokens their text towers take at most. */
const MODEL_TYPES = { clip: { positions: 77 }, siglip: { positions: 64 } };

const configSchema = z.looseObject({
  model_type: z.enum(['clip', 'siglip'], {
    error: ({ input }) => `is ${JSON.stringify(input)}: Vitrine runs models of type "clip" and "siglip" only`,
  }),
  projection_dim: z.int().positive().optional(),
  text_config: z
    .looseObject({ vocab_size: z.int().positive().optional(), max_position_embeddings: z.int().positive().optional() })
    .default({}),
});

/** A model's folder, read and checked. */
export interface ModelFiles {
  modelType: keyof typeof MODEL_TYPES;
  /** Length of the embeddings as `config.json` gives it, if it does. */
  projectionDimension: number | undefined;
  image: ImageSpec;
  tokenizer: Tokenizer;
  /** Paths of the ONNX files. */
  visionFile: string;
  textFile: string;
  /** Paths of all the files that decide what the model computes, always in the same order. */
  paths: readonly string[];
}

/**
 * Reads a model's folder in Hugging Face's layout and picks its ONNX files by dtype. Throws StartupError, one line that
 * names the file, for whatever is missing, unreadable or does not fit together.
 */
export function readModelFiles(folder: string, options: TowerDtypes): ModelFiles {
  const config = parseFile(folder, 'config.json', (json) => configSchema.parse(json));
  const image = parseFile(folder, 'preprocessor_config.json', parseImageSpec);
  const tokenizerConfig = parseFile(folder, 'tokenizer_config.json', (json) => z.looseObject({}).parse(json));
  const positions = config.text_config.max_position_embeddings ?? MODEL_TYPES[config.model_type].positions;
  const tokenizer = parseFile(folder, 'tokenizer.json', (json) => createTokenizer(json, tokenizerConfig, positions));
  const vocabularySize = config.text_config.vocab_size;
  if (vocabularySize !== undefined && tokenizer.largestId >= vocabularySize) {
    throw new StartupError(
      `${join(folder, 'tokenizer.json')} has ids up to ${tokenizer.largestId}, but config.json says that the model knows ` +
        `${vocabularySize}: the files are of different models. Download the folder again.`,
    );
  }
  const visionFile = findOnnxFile(folder, 'vision_model', options.visionDtype, 'CLIP_VISION_DTYPE');
  const textFile = findOnnxFile(folder, 'text_model', options.textDtype, 'CLIP_TEXT_DTYPE');
  return {
    modelType: config.model_type,
    projectionDimension: config.projection_dim,
    image,
    tokenizer,
    visionFile,
    textFile,
    paths: [...CONFIG_FILES.map((name) => join(folder, name)), visionFile, textFile],
  };
}

function parseFile<Result>(folder: string, name: string, parse: (json: unknown) => Result): Result {
  const path = join(folder, name);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const what = existsSync(path) ? 'cannot be read' : 'does not exist';
    throw new StartupError(`${path} ${what}. A model's folder needs this file; copy or download it again.`, {
      cause: error,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StartupError(`${path} is not valid JSON, perhaps cut short. Copy or download it again.`, {
      cause: error,
    });
  }
  try {
    return parse(json);
  } catch (error) {
    throw new StartupError(`${path} cannot be used: ${describe(error)}.`, { cause: error });
  }
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`).join('; ');
  }
  return firstLine(error);
}

/** The first line of an error's message, without a full stop at its end. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').trim().replace(/\.$/, '');
}

function findOnnxFile(folder: string, tower: TowerName, dtype: Dtype, variable: string): string {
  const path = join(folder, onnxFileName(tower, dtype));
  if (existsSync(path)) return path;
  const present = existsSync(join(folder, 'onnx')) ? readdirSync(join(folder, 'onnx')) : [];
  const others = dtypesAmong(
    present.map((name) => `onnx/${name}`),
    tower,
  );
  const advice =
    others.length > 0
      ? `The folder has it as ${others.join(', ')}: set ${variable} to one of these, or add the file`
      : 'Copy or download the model again';
  throw new StartupError(`${path} does not exist. ${advice}.`);
}
