import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createSilentLogger } from '../src/logger.ts';
import { createEmbedder } from '../src/model/embedder.ts';
import { createImageMemory } from '../src/model/image/memory.ts';
import type { Dtype, Embedder } from '../src/model/types.ts';
import { PACKAGE_ROOT } from '../src/package-root.ts';

const CACHE = join(tmpdir(), 'vitrine-bench-cache');
/** As many as Vitrine itself gives to a tower. */
export const THREADS = Math.min(8, availableParallelism());

/**
 * The folder of the standard model: ViT-B/32's architecture with random weights, in fp32 and int8, and the bundled
 * model's tokenizer. Made at the first call, 820 MB, by Python with the packages `onnx` and `numpy`, which go into an
 * environment of their own.
 */
export function standardModel(): string {
  return once('vit-b-32', (folder) => {
    const python = once('python', (environment) => {
      run('python3', '-m', 'venv', environment);
      run(join(environment, 'bin', 'python'), '-m', 'pip', '--quiet', 'install', 'onnx', 'numpy');
    });
    const tokenizer = join(PACKAGE_ROOT, 'models', 'mini', 'tokenizer.json');
    const script = join(import.meta.dirname, 'make-clip-onnx.py');
    run(join(python, 'bin', 'python'), script, folder, '--tokenizer', tokenizer);
  });
}

/** The folder with `@huggingface/transformers` 4, installed at the first call, without being a dependency of Vitrine. */
export function transformersFolder(): string {
  return once('transformers-4', (folder) => {
    mkdirSync(folder, { recursive: true });
    // Without scripts: its ONNX Runtime would download what a GPU needs.
    run('npm', 'install', '--silent', '--ignore-scripts', '--prefix', folder, '@huggingface/transformers@4');
  });
}

/** The embedder of a model as a server opens it. `maxQueue` is not what is measured. */
export function openEmbedder(name: string, dtype: Dtype): Promise<Embedder> {
  const fixed = { device: 'cpu', maxQueue: 1000, maxPixels: 50_000_000, logger: createSilentLogger() } as const;
  return createEmbedder({
    ...fixed,
    name,
    visionDtype: dtype,
    textDtype: dtype,
    memory: createImageMemory(768_000_000),
  });
}

/** A JPEG with soft shapes and some grain, as photos have: 1200 x 1600 takes some 250 KB. Each `seed` gives another one. */
export async function makePhoto(seed: number, width: number, height: number): Promise<Buffer> {
  const [columns, rows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  let state = seed + 1;
  const noise = Uint8Array.from({ length: 3 * columns * rows }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  const raw = { width: columns, height: rows, channels: 3 } as const;
  return await sharp(noise, { raw }).resize({ width, height, fit: 'fill', kernel: 'cubic' }).jpeg().toBuffer();
}

/** A folder of the cache, made by `make` unless it is there. What is cut off is made again. */
function once(name: string, make: (folder: string) => void): string {
  const folder = join(CACHE, name);
  const marker = join(CACHE, `${name}.done`);
  if (!existsSync(marker)) {
    process.stderr.write(`making ${folder}, once …\n`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    make(folder);
    mkdirSync(marker);
  }
  return folder;
}

function run(command: string, ...parameters: string[]): void {
  execFileSync(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
}
