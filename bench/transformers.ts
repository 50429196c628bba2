import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Dtype } from '../src/model/types.ts';
import { standardModel, THREADS, transformersFolder } from './standard-model.ts';

/** What transformers.js is asked to embed: a text, or the file of an image. */
type Question = { text: string } | { file: string };

/** `@huggingface/transformers` in a process of its own, so that its runtime and ours share nothing. */
export interface Transformers {
  /** Milliseconds from the string, or the bytes of the file, to the unit vector. */
  time(question: Question): Promise<number>;
  stop(): Promise<void>;
}

/** What is used of the package, which is not among our dependencies. */
interface Tensor {
  normalize(): { data: Float32Array };
}
interface Library {
  env: { localModelPath: string; allowRemoteModels: boolean };
  AutoTokenizer: Loader<(text: string, options: object) => object>;
  AutoProcessor: Loader<(image: unknown) => Promise<{ pixel_values: unknown }>>;
  CLIPTextModelWithProjection: Loader<(inputs: object) => Promise<{ text_embeds: Tensor }>>;
  CLIPVisionModelWithProjection: Loader<(inputs: object) => Promise<{ image_embeds: Tensor }>>;
  RawImage: { fromBlob(blob: Blob): Promise<unknown> };
}
interface Loader<Model> {
  from_pretrained(name: string, options?: object): Promise<Model>;
}

/** Starts it with the standard model and the threads that ours has. */
export async function startTransformers(dtype: Dtype): Promise<Transformers> {
  const child = fork(import.meta.filename, [dtype], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await answer(child);
  return {
    async time(question) {
      child.send(question);
      return answer(child);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function answer(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const fail = () => reject(new Error('transformers.js has ended.'));
  child.once('message', (time) => resolve(Number(time)));
  child.once('exit', fail);
  return promise.finally(() => child.off('exit', fail));
}

async function serve(dtype: string): Promise<void> {
  const entry = join(transformersFolder(), 'node_modules/@huggingface/transformers/dist/transformers.node.mjs');
  const library: Library = await import(pathToFileURL(entry).href);
  const model = standardModel();
  library.env.localModelPath = dirname(model);
  library.env.allowRemoteModels = false;
  const name = basename(model);
  const options = { dtype, device: 'cpu', session_options: { intraOpNumThreads: THREADS } };
  const tokenize = await library.AutoTokenizer.from_pretrained(name);
  const prepare = await library.AutoProcessor.from_pretrained(name);
  const embedText = await library.CLIPTextModelWithProjection.from_pretrained(name, options);
  const embedImage = await library.CLIPVisionModelWithProjection.from_pretrained(name, options);
  const textVector = async (text: string) =>
    (await embedText(tokenize(text, { padding: true, truncation: true }))).text_embeds.normalize().data;
  const imageVector = async (bytes: Buffer<ArrayBuffer>) => {
    const image = await library.RawImage.fromBlob(new Blob([bytes]));
    return (await embedImage(await prepare(image))).image_embeds.normalize().data;
  };
  process.on('message', async (question: Question) => {
    const bytes = 'file' in question ? await readFile(question.file) : undefined;
    const started = performance.now();
    const vector = await ('text' in question ? textVector(question.text) : bytes && imageVector(bytes));
    const time = performance.now() - started;
    process.send?.(vector?.length === 512 ? time : Number.NaN);
  });
  process.send?.(0);
}

const [, file, dtype] = process.argv;
if (file === import.meta.filename && dtype !== undefined) await serve(dtype);
