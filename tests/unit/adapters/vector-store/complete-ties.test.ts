import { describe, expect, test } from 'vitest';
import {
  compareScored,
  completeTies,
  growingLimits,
  roundScore,
} from '../../../../src/adapters/vector-store/complete-ties.ts';
import type { ScoredId } from '../../../../src/adapters/vector-store/types.ts';

const MOST = 1000;

/** An engine that cuts its list anywhere among equal scores: the larger the list, the more the equal ones are turned. */
function engineOf(list: readonly ScoredId[]) {
  const asked: number[] = [];
  const fetchTop = async (limit: number) => {
    asked.push(limit);
    const turned = list.map((entry, index) => ({ entry, place: (index * 7 + limit) % list.length }));
    turned.sort((left, right) => right.entry.score - left.entry.score || left.place - right.place);
    const entries = turned.slice(0, limit).map(({ entry }) => entry);
    return { entries, complete: entries.length < limit };
  };
  return { fetchTop, asked };
}

const TIED = Array.from({ length: 90 }, (_, index) => ({ id: `p${index}`, score: index < 10 ? 2 : 1 }));
/** More of one score than the order is promised of, behind a few better ones. */
const TOO_MANY = Array.from({ length: 3000 }, (_, index) => ({ id: `p${index}`, score: index < 10 ? 2 : 1 }));

describe('cutting a ranked list', () => {
  test('pages never skip or repeat a product when many score the same', async () => {
    const whole = [...TIED].sort(compareScored);
    for (let count = 1; count <= TIED.length + 5; count += 1) {
      const { fetchTop } = engineOf(TIED);
      expect(await completeTies(fetchTop, count, growingLimits(4, MOST))).toEqual(whole.slice(0, count));
    }
  });

  test('nor when more score the same than can be put in order', async () => {
    const engine = engineOf(TOO_MANY);
    const whole = await completeTies(engine.fetchTop, 5000, growingLimits(256, 100_000));
    expect(new Set(whole.map(({ id }) => id)).size).toBe(TOO_MANY.length);
    for (const count of [5, 10, 11, 200, 256, 1279, 1280, 1281, 2999, 3000]) {
      expect(await completeTies(engine.fetchTop, count, growingLimits(256, 100_000))).toEqual(whole.slice(0, count));
    }
  });

  test('a first page costs no more however many score the same', async () => {
    const { fetchTop, asked } = engineOf(TOO_MANY);
    await completeTies(fetchTop, 200, growingLimits(256, 100_000));
    expect(asked).toEqual([256, 1280]);
  });

  test('what an approximate index missed is appended and never put between what pages have shown', async () => {
    const ids = ['a', 'b', 'missed', 'c', 'd', 'e'];
    const exact = ids.map((id, index) => ({ id, score: 10 - index }));
    const fetchTop = async (limit: number) => {
      const found = limit < 5 ? exact.filter(({ id }) => id !== 'missed') : exact;
      return { entries: found.slice(0, limit), complete: limit > exact.length };
    };
    const list = await completeTies(fetchTop, 6, [4, 20]);
    expect(list.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'missed', 'd', 'e']);
  });

  test('no more is asked for than the cut needs', async () => {
    const { fetchTop, asked } = engineOf(TIED);
    await completeTies(fetchTop, 5, growingLimits(16, MOST));
    expect(asked.splice(0)).toEqual([16]);
    await completeTies(fetchTop, 20, growingLimits(16, MOST));
    expect(asked).toEqual([16, 80, 400]);
  });

  test('an engine that gives no more ends the list with what it gave', async () => {
    const { fetchTop } = engineOf(TIED);
    expect(await completeTies(fetchTop, 60, [50])).toHaveLength(50);
  });

  test('asking for nothing asks nobody', async () => {
    const { fetchTop, asked } = engineOf(TIED);
    expect(await completeTies(fetchTop, 0, growingLimits(16, MOST))).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('equal scores stand in the order of code units, as JavaScript sorts strings', () => {
    const ids = ['\u{1f600}', '\uff5e', 'a', 'B', '10', '9'];
    const sorted = ids.map((id) => ({ id, score: 1 })).sort(compareScored);
    expect(sorted.map(({ id }) => id)).toEqual([...ids].sort());
  });

  test('sizes grow up to the most that an engine gives', () => {
    expect([...growingLimits(256, 5000)]).toEqual([256, 1280, 5000]);
  });

  test('scores that differ only in rounding are equal', () => {
    expect(roundScore(0.051293328404426575)).toBe(roundScore(0.0512933300000001));
    expect(roundScore(1e-9)).toBeGreaterThan(0);
    expect(roundScore(0.05129)).not.toBe(roundScore(0.0513));
  });
});
