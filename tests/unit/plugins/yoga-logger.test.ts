import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { AppError, vectorStoreUnavailable } from '../../../src/errors.ts';
import { createYogaLogger } from '../../../src/plugins/yoga-logger.ts';

function levelsOf(...errors: unknown[]): number[] {
  const levels: number[] = [];
  const logger = createYogaLogger(pino({ level: 'debug' }, { write: (line) => levels.push(JSON.parse(line).level) }));
  for (const error of errors) logger.error(error);
  return levels;
}

test('what anybody can bring about writes no error line, so that an alert on errors wakes nobody for it', () => {
  const cause = new Error('getaddrinfo ENOTFOUND a-customers-host.example');
  const unreachable = new AppError('IMAGE_UNREACHABLE', 'The image could not be had.', {}, { cause });
  const wrapped = new GraphQLError('x', { originalError: unreachable });
  const noJson = new GraphQLError('POST body sent invalid JSON.', { extensions: { http: { status: 400 } } });
  expect(levelsOf(unreachable, wrapped, noJson)).toEqual([]);
});

test('a store that is away and a defect of ours are errors in the log, with their cause', () => {
  const defect = new TypeError('a defect');
  expect(levelsOf(vectorStoreUnavailable('away', new Error('refused')), defect, defect)).toEqual([50, 50]);
});
