import { setImmediate as turn } from 'node:timers/promises';

/** Nobody notices a wait as long as this. */
const SLICE_MS = 5;

/** Visits every item in its order, and lets everybody else have their turn every few milliseconds. */
export async function inSlices<Item>(items: Iterable<Item>, visit: (item: Item) => void): Promise<void> {
  let started = performance.now();
  for (const item of items) {
    visit(item);
    if (performance.now() - started < SLICE_MS) continue;
    await turn();
    started = performance.now();
  }
}
