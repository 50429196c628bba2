import { describe, expect, test } from 'vitest';
import { openThread, ThreadError } from '../../../src/async/thread.ts';
import { type EchoApi, echoThreadUrl } from './echo-thread.ts';

describe('a thread', () => {
  test('answers what it is asked, several questions at a time', async () => {
    const thread = await openThread<EchoApi>(echoThreadUrl, { greeting: 'Hello' });
    expect(await Promise.all([thread.call('greet', 'Ann'), thread.call('greet', 'Bob')])).toEqual([
      'Hello, Ann',
      'Hello, Bob',
    ]);
    await thread.close();
  });

  test('fails with the words and the code of what went wrong there, so that a full disk is told from a defect', async () => {
    const thread = await openThread<EchoApi>(echoThreadUrl, { greeting: 'Hello' });
    const failure = await thread.call('fail', 'no room').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ThreadError);
    expect(failure).toMatchObject({ name: 'RangeError', message: 'no room', code: 'ENOSPC' });
    expect(await thread.call('greet', 'Ann')).toBe('Hello, Ann');
    await thread.close();
  });

  test('finishes what it was asked before it ends, and refuses what comes later', async () => {
    const thread = await openThread<EchoApi>(echoThreadUrl, { greeting: 'Hello' });
    const answer = thread.call('greet', 'Ann');
    await thread.close();
    expect(await answer).toBe('Hello, Ann');
    expect(thread.isRunning()).toBe(false);
    await expect(thread.call('greet', 'Bob')).rejects.toThrow('ended');
  });

  test('that cannot begin says why, instead of leaving everybody to wait', async () => {
    await expect(openThread<EchoApi>(echoThreadUrl, { greeting: '' })).rejects.toThrow('nothing to say');
  });

  test('that dies rejects what it was asked', async () => {
    const thread = await openThread<EchoApi>(echoThreadUrl, { greeting: 'Hello' });
    await expect(thread.call('die', null)).rejects.toThrow('ended');
    expect(thread.isRunning()).toBe(false);
  });
});
