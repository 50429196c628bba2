import { setTimeout } from 'node:timers/promises';

/** Resolves when Qdrant has made the graph of a collection: it begins a moment after the last write. */
export async function graphIsMade(url: string, collection: string, apiKey?: string): Promise<void> {
  const headers = apiKey === undefined ? {} : { 'api-key': apiKey };
  for (let calm = 0; calm < 5; calm += 1) {
    await setTimeout(1000);
    const answer = await fetch(`${url}/collections/${collection}`, { headers });
    const { result } = await answer.json();
    if (result.status !== 'green') calm = 0;
  }
}
