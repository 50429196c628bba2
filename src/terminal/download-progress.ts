import type { WriteStream } from 'node:tty';
import cliProgress from 'cli-progress';
import type { DownloadEvent } from '../model/hub/download-model.ts';
import { formatBytes } from './format.ts';

/** Shows how far the download of a model is. */
export interface DownloadProgress {
  onEvent(event: DownloadEvent): void;
  /** Takes the bar down; what is printed next begins on a line of its own. */
  end(): void;
}

/** A bar for each file on a terminal, otherwise plain lines through `say`: a file's end, and every few seconds. */
export function createDownloadProgress(options: {
  stream: Pick<WriteStream, 'isTTY'> & NodeJS.WritableStream;
  say(line: string): void;
  everyMs?: number;
}): DownloadProgress {
  const { stream, say } = options;
  const file = stream.isTTY ? createBars(stream) : createLines(say, options.everyMs ?? 10_000);
  return {
    onEvent(event) {
      if (event.kind === 'progress') return file.update(event.path, event.received, event.size);
      file.end();
      say(describeEvent(event));
    },
    end: () => file.end(),
  };
}

function describeEvent(event: Exclude<DownloadEvent, { kind: 'progress' }>): string {
  if (event.kind === 'waiting') return 'Another process is downloading this model; waiting for it.';
  if (event.kind === 'retry') {
    return `The connection failed (${event.problem}); trying again in ${(event.pauseMs / 1000).toFixed(1)} s.`;
  }
  const bytes = event.files.reduce((sum, { size }) => sum + size, 0);
  const what = event.files.length === 1 ? '1 file' : `${event.files.length} files`;
  return `Revision ${event.revision}: ${what} to fetch, ${formatBytes(bytes)}.`;
}

interface FileProgress {
  update(path: string, received: number, size: number): void;
  end(): void;
}

function createBars(stream: NodeJS.WritableStream): FileProgress {
  let current: { path: string; bar: cliProgress.SingleBar; first: number; startedAt: number } | undefined;
  const end = () => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    update(path, received, size) {
      if (current?.path !== path) {
        end();
        const bar = new cliProgress.SingleBar({
          format: '{path} {bar} {text}',
          barCompleteChar: '█',
          barIncompleteChar: '░',
          barsize: 24,
          hideCursor: true,
          stream,
        });
        bar.start(size, received, { path, text: '' });
        // What an earlier run left says nothing about the speed of this one.
        current = { path, bar, first: received, startedAt: performance.now() };
      }
      const seconds = (performance.now() - current.startedAt) / 1000;
      const speed = seconds > 0.2 ? `, ${formatBytes(Math.round((received - current.first) / seconds))}/s` : '';
      current.bar.update(received, { path, text: `${formatBytes(received)} of ${formatBytes(size)}${speed}` });
      if (received === size) end();
    },
    end,
  };
}

function createLines(say: (line: string) => void, everyMs: number): FileProgress {
  let last = performance.now();
  return {
    update(path, received, size) {
      const now = performance.now();
      if (received === size) say(`${path}: ${formatBytes(size)}`);
      else if (now - last >= everyMs) {
        say(`${path}: ${formatBytes(received)} of ${formatBytes(size)} (${Math.floor((100 * received) / size)} %)`);
      } else return;
      last = now;
    },
    end() {},
  };
}
