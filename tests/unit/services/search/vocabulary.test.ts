import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { vectorStoreUnavailable } from '../../../../src/errors.ts';
import { createSilentLogger } from '../../../../src/logger.ts';
import { createVocabularyService } from '../../../../src/services/search/vocabulary.ts';

/** A catalogue of some words, an epoch and a clock that the test moves. */
function createCatalogue() {
  const state = { words: ['red'], epoch: 'a' as string | undefined, time: 0, reads: 0, fails: false, takesMs: 0 };
  const service = createVocabularyService({
    store: {
      async vocabulary() {
        state.reads += 1;
        state.time += state.takesMs;
        if (state.fails) throw vectorStoreUnavailable('gone');
        return { words: state.words.map((word) => ({ word, stem: word, count: 1 })), categories: [], attributes: [] };
      },
    },
    epoch: { current: async () => state.epoch },
    logger: createSilentLogger(),
    now: () => state.time,
  });
  const words = async () => (await service.current()).words.map(({ word }) => word);
  /** What is served once everything in the background is done. */
  const wordsSoon = async () => {
    await words();
    for (let turns = 0; turns < 5; turns += 1) await turn();
    return words();
  };
  return { state, service, words, wordsSoon };
}

describe('the vocabulary in memory', () => {
  test('is read once for all who ask first, and then served as it is', async () => {
    const { state, service } = createCatalogue();
    const [one, other] = await Promise.all([service.current(), service.current()]);
    expect(one).toBe(other);
    expect(one.stems.get('red')).toBe(1);
    expect(await service.current()).toBe(one);
    expect(state.reads).toBe(1);
  });

  test('follows a write within a second or two, and nobody waits for it', async () => {
    const { state, words, wordsSoon } = createCatalogue();
    await words();
    state.words = ['blue'];
    state.epoch = 'b';
    state.time = 1_100;
    expect(await words()).toEqual(['red']);
    expect(await wordsSoon()).toEqual(['blue']);
  });

  test('is not read again while nothing is written, but every ten seconds, for writes nobody was told of', async () => {
    const { state, wordsSoon } = createCatalogue();
    await wordsSoon();
    for (const time of [2_000, 4_000, 8_000]) {
      state.time = time;
      await wordsSoon();
    }
    expect(state.reads).toBe(1);
    state.words = ['blue'];
    state.time = 10_001;
    expect(await wordsSoon()).toEqual(['blue']);
  });

  test('a catalogue that is slow to read and always written costs a tenth of the time', async () => {
    const { state, wordsSoon } = createCatalogue();
    state.takesMs = 500;
    await wordsSoon();
    for (let time = 1_000; time <= 20_000; time += 500) {
      state.time = Math.max(state.time, time);
      state.epoch = String(time);
      await wordsSoon();
    }
    expect(state.reads).toBeLessThanOrEqual(5);
    expect(state.reads).toBeGreaterThanOrEqual(3);
  });

  test('answers from a cache name it, and keep it fresh as well', async () => {
    const { state, service, wordsSoon } = createCatalogue();
    expect(await service.version()).toBe('a');
    state.epoch = 'b';
    state.time = 1_100;
    expect(await service.version()).toBe('a');
    await wordsSoon();
    expect(await service.version()).toBe('b');
  });

  test('a store that fails leaves what was read; only who never had any is told, and may ask again', async () => {
    const { state, service, words, wordsSoon } = createCatalogue();
    state.fails = true;
    expect(await service.version()).toBe('none');
    await expect(service.current()).rejects.toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE' });
    state.fails = false;
    expect(await words()).toEqual(['red']);
    state.fails = true;
    state.epoch = 'b';
    state.time = 1_100;
    expect(await wordsSoon()).toEqual(['red']);
    state.fails = false;
    state.time = 3_000;
    state.words = ['blue'];
    expect(await wordsSoon()).toEqual(['blue']);
  });
});
