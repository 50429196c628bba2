import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MINI = fileURLToPath(new URL('../../../models/mini', import.meta.url));
const JSON_FILES = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/** ONNX's numbers for element types. */
const FLOAT = 1;
const INT64 = 7;
const FLOAT16 = 10;

/*
 * A writer of ONNX files, as far as these tests need one: protobuf messages by field number, as in onnx.proto.
 */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
const integer = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: Buffer | string | Buffer[]) => {
  const content = Array.isArray(value) ? Buffer.concat(value) : Buffer.from(value);
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
};
const integers = (name: string, values: number[]) =>
  bytes(5, [bytes(1, name), ...values.map((value) => integer(8, value)), integer(20, 7)]);
const oneInteger = (name: string, value: number) => bytes(5, [bytes(1, name), integer(3, value), integer(20, 2)]);
const node = (type: string, inputs: string[], output: string, ...attributes: Buffer[]) =>
  bytes(1, [...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, type), ...attributes]);
const value = (field: number, name: string, type: number, dims: (number | string)[]) => {
  const shape = dims.map((dim) => bytes(1, [typeof dim === 'number' ? integer(1, dim) : bytes(2, dim)]));
  return bytes(field, [bytes(1, name), bytes(2, [bytes(1, [integer(1, type), bytes(2, shape)])])]);
};
const weights = (name: string, type: number, dims: number[], numbers: readonly number[]) => {
  const raw =
    type === FLOAT16
      ? Buffer.from(Uint16Array.from(numbers, (number) => halfOfSmallInteger(number)).buffer)
      : Buffer.from(Float32Array.from(numbers).buffer);
  return bytes(5, [...dims.map((dim) => integer(1, dim)), integer(2, type), bytes(8, name), bytes(9, raw)]);
};
const model = (...graph: Buffer[]) =>
  Buffer.concat([integer(1, 8), bytes(7, [...graph, bytes(2, 'tiny')]), bytes(8, [bytes(1, ''), integer(2, 13)])]);

/** Bits of a half-precision integer between -3 and 3. */
function halfOfSmallInteger(number: number): number {
  return [0, 0x3c00, 0x4000, 0x4200][Math.abs(number)] ?? Number.NaN | (number < 0 ? 0x8000 : 0);
}

export interface TinyVision {
  dimension?: number;
  size?: number;
  half?: boolean;
  input?: string;
  output?: string;
  /** The file beside the ONNX file that holds the weights; by default they are in it. */
  weightsFile?: string;
  /** Weights [3, dimension]; by default the embedding repeats the means of red, green and blue. */
  weight?: (channel: number, column: number) => number;
}

/** A vision tower that projects the mean colour of the image. */
export function tinyVision(options: TinyVision = {}): Buffer {
  const { dimension = 6, size = 8, half = false, input = 'pixel_values', output = 'image_embeds' } = options;
  const weight = options.weight ?? ((channel, column) => (column % 3 === channel ? 1 : 0));
  const type = half ? FLOAT16 : FLOAT;
  const numbers = Array.from({ length: 3 * dimension }, (_, at) => weight(Math.floor(at / dimension), at % dimension));
  return model(
    node('ReduceMean', [input], 'mean', integers('axes', [2, 3]), oneInteger('keepdims', 0)),
    node('MatMul', ['mean', 'weights'], output),
    options.weightsFile === undefined
      ? weights('weights', type, [3, dimension], numbers)
      : bytes(5, [
          ...[3, dimension].map((dim) => integer(1, dim)),
          integer(2, type),
          bytes(8, 'weights'),
          bytes(13, [bytes(1, 'location'), bytes(2, options.weightsFile)]),
          integer(14, 1),
        ]),
    value(11, input, type, ['batch', 3, size, size]),
    value(12, output, type, ['batch', dimension]),
  );
}

/**
 * A text tower that averages pseudo-random vectors of all its tokens, padding included (so it is not causal), or with
 * `masked` only of those that the attention mask lets through.
 */
export function tinyText({ dimension = 6, masked = false }: { dimension?: number; masked?: boolean } = {}): Buffer {
  const vocabulary = 4096;
  const numbers = Array.from({ length: vocabulary * dimension }, (_, at) => Math.sin(at * 12.9898) * 3);
  const shared = [
    node('Gather', ['table', 'input_ids'], 'tokens'),
    weights('table', FLOAT, [vocabulary, dimension], numbers),
    value(11, 'input_ids', INT64, ['batch', 'length']),
    value(12, 'text_embeds', FLOAT, ['batch', dimension]),
  ];
  const average = (from: string) =>
    node('ReduceMean', [from], 'text_embeds', integers('axes', [1]), oneInteger('keepdims', 0));
  if (!masked) return model(...shared, average('tokens'));
  return model(
    ...shared,
    value(11, 'attention_mask', INT64, ['batch', 'length']),
    node('Cast', ['attention_mask'], 'mask', oneInteger('to', FLOAT)),
    node('Reshape', ['mask', 'column'], 'mask_column'),
    bytes(5, [integer(1, 3), integer(2, INT64), bytes(8, 'column'), bytes(9, int64s([0, -1, 1]))]),
    node('Mul', ['tokens', 'mask_column'], 'seen'),
    average('seen'),
  );
}

function int64s(numbers: number[]): Buffer {
  return Buffer.from(BigInt64Array.from(numbers, BigInt).buffer);
}

export interface TinyModel {
  vision?: Buffer;
  text?: Buffer;
  config?: object;
  preprocessor?: object;
}

/** Writes a model's folder with tiny towers, the tokenizer of mini and 8 x 8 images; the caller removes it. */
export function writeTinyModel({ vision = tinyVision(), text = tinyText(), config, preprocessor }: TinyModel): string {
  const folder = copyMini();
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  write('config.json', config ?? { model_type: 'clip', text_config: { vocab_size: 4096 } });
  write(
    'preprocessor_config.json',
    preprocessor ?? { image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 8 }, crop_size: 8 },
  );
  writeFileSync(join(folder, 'onnx', 'vision_model.onnx'), vision);
  writeFileSync(join(folder, 'onnx', 'text_model.onnx'), text);
  return folder;
}

/** Copies the bundled model to a temporary folder, its ONNX files only where they are asked for. */
export function copyMini({ onnx = false } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-model-'));
  mkdirSync(join(folder, 'onnx'));
  for (const name of onnx ? [...JSON_FILES, 'onnx'] : JSON_FILES) {
    cpSync(join(MINI, name), join(folder, name), { recursive: true });
  }
  return folder;
}
