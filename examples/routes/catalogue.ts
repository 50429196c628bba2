import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ProductInput } from './gql/graphql.ts';
import { readProduct } from './input.ts';
import { LoadProducts } from './operations.ts';
import type { Vitrine } from './vitrine.ts';

/** Of one request to Vitrine; it takes 500. */
const BATCH_SIZE = 100;
const MAX_TOLD = 100;

interface Loaded {
  indexed: number;
  unchanged: number;
  failed: number;
  /** The first hundred of what failed. */
  problems: { line: number; id?: string; message: string }[];
}

/** Loads a catalogue of JSON Lines while it arrives, batch by batch; a bad line fails by itself. */
export async function loadCatalogue(vitrine: Vitrine, lines: Readable, signal: AbortSignal): Promise<Loaded> {
  const loaded: Loaded = { indexed: 0, unchanged: 0, failed: 0, problems: [] };
  let batch: { line: number; input: ProductInput }[] = [];
  const fail = (problem: Loaded['problems'][number]) => {
    loaded.failed += 1;
    if (loaded.problems.length < MAX_TOLD) loaded.problems.push(problem);
  };
  const flush = async () => {
    if (batch.length === 0) return;
    const inputs = batch.map(({ input }) => input);
    const { indexProducts } = await vitrine.ask(LoadProducts, { inputs }, { signal });
    loaded.indexed += indexProducts.indexed;
    loaded.unchanged += indexProducts.unchanged;
    for (const [index, { id, error }] of indexProducts.results.entries()) {
      if (error) fail({ line: batch[index]?.line ?? 0, id, message: `${error.code}: ${error.message}` });
    }
    batch = [];
  };

  let line = 0;
  for await (const text of createInterface({ input: lines })) {
    line += 1;
    if (text.trim() === '') continue;
    try {
      batch.push({ line, input: readProduct(text) });
    } catch (error) {
      fail({ line, message: error instanceof z.ZodError ? z.prettifyError(error) : 'This line is not JSON.' });
    }
    if (batch.length === BATCH_SIZE) await flush();
  }
  await flush();
  return loaded;
}
