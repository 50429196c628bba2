import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCommitMark } from '../../../../../src/adapters/vector-store/sqlite/commit-mark.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitrine-mark-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the mark of the last commit', () => {
  test('remembers the last number, and is 0 where there is none', () => {
    const file = join(folder, 'mark');
    const first = openCommitMark(file);
    expect(first.found).toBe(0);
    for (const commit of [1, 2, 2 ** 40]) first.write(commit);
    first.close();
    const second = openCommitMark(file);
    expect(second.found).toBe(2 ** 40);
    second.close();
  });

  test('does not believe a file that was damaged, and works again once it is written', () => {
    const file = join(folder, 'damaged');
    writeFileSync(file, Buffer.from('0102030405060708090a0b0c', 'hex'));
    const mark = openCommitMark(file);
    expect(mark.found).toBeUndefined();
    mark.write(7);
    mark.close();
    const again = openCommitMark(file);
    expect(again.found).toBe(7);
    again.close();
  });
});
