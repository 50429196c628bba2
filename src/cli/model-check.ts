import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { createLogger } from '../logger.ts';
import { createEmbedder } from '../model/embedder.ts';
import { verifyFolder } from '../model/hub/manifest.ts';
import { createImageMemory } from '../model/image/memory.ts';
import { locateModel } from '../model/model-location.ts';
import { SELF_TEST_PAIRS, selfTestModel } from '../model/self-test.ts';
import type { Embedder } from '../model/types.ts';
import { DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { chooseDtypes, type DtypeFlags, type JsonFlag } from './options.ts';
import { print, printJson } from './output.ts';

/** Runs that are timed, after those of the self-test have warmed everything up. */
const RUNS = 15;

/** `vitrine model check`: resolves to the exit code, 1 when the model's text and images do not match. */
export async function runCheck(config: Config, name: string, flags: DtypeFlags & JsonFlag): Promise<number> {
  const { folder } = locateModel(name, config.model);
  const dtypes = chooseDtypes(flags, config.model);
  const files = await verifyFolder(folder, dtypes);
  const logger = createLogger({ level: 'warn', json: config.production, destination: 2 });
  const embedder = await createEmbedder({
    ...config.model,
    ...dtypes,
    name,
    maxPixels: config.image.maxPixels,
    memory: createImageMemory(config.image.memoryBytes),
    logger,
  });
  try {
    const selfTest = await selfTestModel(embedder);
    const timingMs = await timeModel(embedder);
    const { device } = config.model;
    if (flags.json) printJson({ ...embedder.info, device, folder, files, selfTest, timingMs });
    else {
      const { id, digest, dimension, imageSize, dtype } = embedder.info;
      const [text, image] = [timingMs.text.toFixed(1), timingMs.image.toFixed(1)];
      const facts = [
        ['Model', `${id} (files ${digest}), ${dtype}, on ${device}`],
        ['Folder', folder],
        ['Files', files],
        ['Embedding', `${dimension} dimensions, from images of ${imageSize} x ${imageSize}`],
        ['Self-test', selfTest.message],
        ['Timing', `text ${text} ms, image ${image} ms (medians of ${RUNS}, one at a time)`],
      ];
      print(facts.map(([title = '', fact]) => `${title.padEnd(11)}${fact}`).join('\n'));
    }
    return selfTest.ok ? 0 : 1;
  } finally {
    await embedder.close();
  }
}

/** Medians, one text or image at a time. */
async function timeModel({ embedText, embedImage }: Embedder): Promise<{ text: number; image: number }> {
  const drawing = await readFile(join(DEMO_CATALOGUE_DIR, 'images', `${SELF_TEST_PAIRS[0].id}.png`));
  const text = await medianMs(() => embedText('a red leather handbag with a gold buckle'));
  return { text, image: await medianMs(() => embedImage(drawing)) };
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
