import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { createLogger } from '../logger.ts';
import { createEmbedder } from '../model/embedder.ts';
import { verifyFolder } from '../model/hub/manifest.ts';
import { locateModel } from '../model/model-location.ts';
import { SELF_TEST_PAIRS, selfTestModel } from '../model/self-test.ts';
import type { Embedder } from '../model/types.ts';
import { DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { chooseDtypes, type DtypeFlags } from './options.ts';
import { print } from './output.ts';

/** Runs that are timed, after those of the self-test have warmed everything up. */
const RUNS = 15;

/** `vitrine model check`: resolves to the exit code, 1 when the model's text and images do not match. */
export async function runCheck(config: Config, name: string, flags: DtypeFlags): Promise<number> {
  const { folder } = locateModel(name, config.model);
  const dtypes = chooseDtypes(flags, config.model);
  const verified = await verifyFolder(folder, dtypes);
  const logger = createLogger({ level: 'warn', json: config.production, destination: 2 });
  const embedder = await createEmbedder({
    ...config.model,
    ...dtypes,
    name,
    maxPixels: config.image.maxPixels,
    logger,
  });
  try {
    const { id, digest, dimension, imageSize, dtype } = embedder.info;
    const say = (title: string, fact: string) => print(`${title.padEnd(11)}${fact}`);
    say('Model', `${id} (files ${digest}), ${dtype}, on ${config.model.device}`);
    say('Folder', folder);
    say('Files', verified);
    say('Embedding', `${dimension} dimensions, from images of ${imageSize} x ${imageSize}`);
    const selfTest = await selfTestModel(embedder);
    say('Self-test', selfTest.message);
    say('Timing', await timeModel(embedder));
    return selfTest.ok ? 0 : 1;
  } finally {
    await embedder.close();
  }
}

/** `text 3.1 ms, image 61.2 ms (medians of 15, one at a time)` */
async function timeModel({ embedText, embedImage }: Embedder): Promise<string> {
  const drawing = await readFile(join(DEMO_CATALOGUE_DIR, 'images', `${SELF_TEST_PAIRS[0].id}.png`));
  const text = await medianMs(() => embedText('a red leather handbag with a gold buckle'));
  const image = await medianMs(() => embedImage(drawing));
  return `text ${text.toFixed(1)} ms, image ${image.toFixed(1)} ms (medians of ${RUNS}, one at a time)`;
}

async function medianMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}
