import { StartupError } from '../errors.ts';
import { firstLine, type ModelFiles } from './model-files.ts';
import type { Inputs } from './session.ts';
import type { Tower } from './tower.ts';
import { createImageInputs, type Padding, toTextInputs } from './tower-inputs.ts';
import { dot } from './unit-vector.ts';

/** What a model shows when it is run once. */
export interface ModelTraits {
  /** Length of its embeddings. */
  dimension: number;
  padding: Padding;
  /** Batch sizes that its files fix; undefined where any will do. */
  imageBatch: number | undefined;
  textBatch: number | undefined;
}

/**
 * Below this cosine between a text as it is and the same text filled up, filling up is part of what the model learnt.
 * In 8 bits the same text differs a little by its filling (0.983 to 0.993 with random weights of ViT-B/32's shape).
 */
const SAME_TEXT = 0.95;

/**
 * Runs both towers once and learns what their files do not say. Throws StartupError when a tower refuses what the files
 * beside it prescribe, or when the towers' embeddings cannot be compared.
 */
export async function tryModel(files: ModelFiles, vision: Tower, text: Tower): Promise<ModelTraits> {
  const { width, height } = files.image;
  const grey = new Uint8Array(3 * width * height).fill(128);
  const image = await runOnce(vision, createImageInputs(files.image)([grey]), `an image of ${width} x ${height}`);
  const { padding, embedding } = await findPadding(files, text);
  const dimension = image.length;
  if (dimension !== embedding.length) {
    throw new StartupError(
      `${vision.file} gives embeddings of ${dimension} numbers and ${text.file} of ${embedding.length}: ` +
        'they are of different models. Download the folder again.',
    );
  }
  if (files.projectionDimension !== undefined && files.projectionDimension !== dimension) {
    throw new StartupError(
      `${vision.file} gives embeddings of ${dimension} numbers, but config.json says ${files.projectionDimension}: ` +
        'the files are of different models. Download the folder again.',
    );
  }
  return {
    dimension,
    padding,
    imageBatch: declaredSize(vision, 'pixel_values', 0),
    textBatch: declaredSize(text, 'input_ids', 0),
  };
}

/**
 * Finds out how texts are to be padded. A CLIP text tower is causal and gives the same embedding with and without
 * padding; some models that call themselves CLIP (MobileCLIP's smaller ones) are not causal, were trained on filled-up
 * texts and need them. No configuration file tells them apart, so both ways are tried.
 */
async function findPadding(
  { modelType, tokenizer }: ModelFiles,
  text: Tower,
): Promise<{ padding: Padding; embedding: Float32Array }> {
  const run = (padding: Padding) =>
    runOnce(text, toTextInputs([tokenizer.encode('a')], padding, tokenizer), 'the text "a"');
  const declared = declaredSize(text, 'input_ids', 1);
  if (declared !== undefined && declared < tokenizer.maxLength) {
    throw new StartupError(
      `${text.file} takes ${declared} tokens, but tokenizer_config.json says ${tokenizer.maxLength}: ` +
        'the files are of different models. Download the folder again.',
    );
  }
  const prescribed = declared ?? tokenizer.paddedLength ?? (modelType === 'siglip' ? tokenizer.maxLength : undefined);
  if (prescribed !== undefined) return { padding: prescribed, embedding: await run(prescribed) };

  const alone = await run('longest');
  const filled = await run(tokenizer.maxLength);
  if (dot(alone, filled) >= SAME_TEXT) return { padding: 'longest', embedding: alone };
  return { padding: tokenizer.maxLength, embedding: filled };
}

async function runOnce(tower: Tower, inputs: Inputs, what: string): Promise<Float32Array> {
  try {
    const [embedding] = await tower.run(inputs);
    if (!embedding) throw new Error('it returned nothing');
    return embedding;
  } catch (error) {
    throw new StartupError(
      `The model cannot embed ${what}: ${firstLine(error)}. Its files do not fit together; download the folder again.`,
      { cause: error },
    );
  }
}

function declaredSize(tower: Tower, input: string, axis: number): number | undefined {
  return tower.inputs.find(({ name }) => name === input)?.dims[axis];
}
