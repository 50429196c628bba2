import { createSilentLogger } from '../../src/logger.ts';
import { createEmbedder } from '../../src/model/embedder.ts';
import { createImageMemory } from '../../src/model/image/memory.ts';
import type { Embedder } from '../../src/model/types.ts';

/** The bundled model, as a server has it by default. */
export function createMiniEmbedder(): Promise<Embedder> {
  return createEmbedder({
    name: 'mini',
    visionDtype: 'fp32',
    textDtype: 'fp32',
    device: 'cpu',
    maxQueue: 64,
    maxPixels: 50_000_000,
    memory: createImageMemory(768_000_000),
    logger: createSilentLogger(),
  });
}
