import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { ZVecInitialize, ZVecLogLevel, ZVecLogType } from '@zvec/zvec';
import type { Logger } from '../../../logger.ts';

/** zvec writes lines as Google's logging library does: level and date, time, thread, place, text. */
const LINE = /^([WEF])\d{8} \S+\s+\d+ (\S+)\] (.*)$/;
const LEVELS: Record<string, 'warn' | 'error' | 'fatal'> = { W: 'warn', E: 'error', F: 'fatal' };

export interface ZvecLog {
  /** Passes on what zvec has written since the last time. */
  drain(): void;
}

let shared: ZvecLog | undefined;

/**
 * Sets zvec up, once per process however many stores there are, so that nothing of it reaches stdout or stderr: it can
 * only write to the console or to files, so it writes files into `folder` (of the first caller, and it removes them
 * after a week), whose new lines go to the first caller's logger.
 */
export function initialiseZvec(folder: string, logger: Logger): ZvecLog {
  if (shared !== undefined) return shared;
  mkdirSync(folder, { recursive: true });
  ZVecInitialize({ logType: ZVecLogType.FILE, logLevel: ZVecLogLevel.WARN, logDir: folder, logOverdueDays: 7 });
  const log = createLogReader(folder, logger);
  try {
    watch(folder, { persistent: false }, log.drain).on('error', () => undefined);
  } catch {
    // Some systems cannot watch folders; then the lines come when a store closes.
  }
  shared = log;
  return log;
}

/**
 * Reads the warnings and errors that zvec of this process writes into `folder`. Files that are there already belong to
 * an earlier process, which may have had the same id.
 */
export function createLogReader(folder: string, logger: Logger): ZvecLog {
  const offsets = new Map(listLogs(folder).map((file) => [file, statSync(join(folder, file)).size]));
  return {
    drain() {
      for (const file of listLogs(folder)) {
        const { text, end } = readFrom(join(folder, file), offsets.get(file) ?? 0);
        offsets.set(file, end);
        for (const line of text.split('\n')) {
          const [, letter = '', place, message] = LINE.exec(line) ?? [];
          const level = LEVELS[letter];
          if (level !== undefined) logger[level]({ component: 'zvec', place }, message ?? '');
        }
      }
    },
  };
}

/** The file of warnings holds the errors too; there are links beside it that lead to the same file. */
function listLogs(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.includes('.WARNING.') && file.endsWith(`.${process.pid}`));
  } catch {
    return [];
  }
}

/** What follows `start`, up to the last whole line. */
function readFrom(path: string, start: number): { text: string; end: number } {
  const file = openSync(path, 'r');
  try {
    const { size } = statSync(path);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const read = readSync(file, bytes, 0, bytes.length, start);
    const whole = bytes.subarray(0, read).lastIndexOf(10) + 1;
    return { text: bytes.toString('utf8', 0, whole), end: start + whole };
  } finally {
    closeSync(file);
  }
}
