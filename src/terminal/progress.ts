import type { WriteStream } from 'node:tty';
import cliProgress from 'cli-progress';
import type { Tally } from '../services/import/types.ts';
import { formatProgress, linesDone } from './format.ts';

/** Shows how far an import is. */
export interface Progress {
  update(tally: Tally): void;
  /** Takes the bar down; what is printed next begins on a line of its own. */
  end(): void;
}

const NOTHING_YET: Tally = { indexed: 0, unchanged: 0, failed: 0 };

/**
 * A bar on a terminal when the total is known, otherwise a plain line every few seconds through `say`. `label` begins
 * both: `Importing`.
 */
export function createProgress(options: {
  stream: Pick<WriteStream, 'isTTY'> & NodeJS.WritableStream;
  label: string;
  total: number | undefined;
  say(line: string): void;
  everyMs?: number;
}): Progress {
  const { stream, label, total } = options;
  return stream.isTTY && total ? createBar(stream, label, total) : createLines(options);
}

function createBar(stream: NodeJS.WritableStream, label: string, total: number): Progress {
  const started = performance.now();
  const text = (tally: Tally) => formatProgress(tally, performance.now() - started, total);
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {text}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    stream,
  });
  bar.start(total, 0, { text: text(NOTHING_YET) });
  return {
    update: (tally) => bar.update(Math.min(linesDone(tally), total), { text: text(tally) }),
    end: () => bar.stop(),
  };
}

function createLines(options: { label: string; total: number | undefined; say(line: string): void; everyMs?: number }) {
  const { label, total, say, everyMs = 3000 } = options;
  const started = performance.now();
  let last = started;
  return {
    update(tally: Tally) {
      const now = performance.now();
      if (now - last < everyMs) return;
      last = now;
      say(`${label}: ${formatProgress(tally, now - started, total)}`);
    },
    end() {},
  };
}
