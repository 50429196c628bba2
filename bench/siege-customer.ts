// An honest customer in a process of their own, so that nobody else's work is in their times: searches by text, one after the
// other and none of them cached, for as many seconds as each line of the input says. Answers each with a line of JSON.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the searches of some seconds went; times in milliseconds. */
export interface Searches {
  times: number[];
  failed: number;
}

const WORDS = 'red blue green black dress shirt lamp sofa mug shoes leather cotton warm small cheap'.split(' ');
const [, , url = ''] = process.argv;
let searches = 0;

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await search(Number(line)))}\n`);
}

async function search(forSeconds: number): Promise<Searches> {
  const times: number[] = [];
  let failed = 0;
  const until = performance.now() + 1_000 * forSeconds;
  while (performance.now() < until) {
    const text = `${WORDS[searches % 15]} ${WORDS[(searches * 7 + 3) % 15]} ${searches++}`;
    const body = JSON.stringify({ query: `{searchProducts(query:{text:"${text}"}){nodes{id}}}` });
    const started = performance.now();
    try {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${searches % 200}` };
      const answer = await (
        await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) })
      ).text();
      if (answer.includes('"errors"')) failed += 1;
    } catch {
      failed += 1;
    }
    times.push(performance.now() - started);
    await sleep(20);
  }
  return { times, failed };
}
