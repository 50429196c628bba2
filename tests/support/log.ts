import { pino } from 'pino';
import type { Logger } from '../../src/logger.ts';

/** A logger and every line it wrote, as JSON text. */
export function createRecordingLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = pino({ level: 'trace', base: null }, { write: (line: string) => void lines.push(line) });
  return { logger, lines };
}
