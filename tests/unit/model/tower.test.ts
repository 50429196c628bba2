import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTower, type Tower } from '../../../src/model/tower.ts';
import { tinyText, tinyVision } from './tiny-model.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-tower-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function withTower(model: Buffer, use: (tower: Tower) => Promise<void>): Promise<void> {
  const file = join(folder, 'tower.onnx');
  writeFileSync(file, model);
  const tower = await openTower({ file, device: 'cpu', threads: 1, niceness: 0 });
  try {
    await use(tower);
  } finally {
    await tower.close();
  }
}

/** A batch of plain images, 8 x 8, by their colours. */
function plainImages(...colours: number[][]) {
  const data = Float32Array.from(colours.flatMap((colour) => colour.flatMap((value) => Array(64).fill(value))));
  return { pixel_values: { data, dims: [colours.length, 3, 8, 8] } };
}

function tokens(rows: number[][], mask = rows.map((row) => row.map(() => 1))) {
  const dims = [rows.length, rows[0]?.length ?? 0];
  return {
    input_ids: { data: Int32Array.from(rows.flat()), dims },
    attention_mask: { data: Int32Array.from(mask.flat()), dims },
  };
}

const round = (vectors: Float32Array[]) =>
  vectors.map((vector) => Array.from(vector, (value) => Number(value.toFixed(3))));

/** How many threads of this process stand back that far, on Linux. */
function threadsOfNiceness(niceness: number): number {
  const states = readdirSync('/proc/self/task').map((thread) => readFileSync(`/proc/self/task/${thread}/stat`, 'utf8'));
  return states.filter((state) => state.replace(/^.*\) /s, '').split(' ')[16] === String(niceness)).length;
}

describe('tower', () => {
  test.skipIf(process.platform !== 'linux')(
    'what computes an image stands back behind searches, all of it',
    async () => {
      const file = join(folder, 'nice.onnx');
      writeFileSync(file, tinyVision({ dimension: 3 }));
      const before = threadsOfNiceness(7);
      const tower = await openTower({ file, device: 'cpu', threads: 3, niceness: 7 });
      try {
        // Its own thread, and the two that ONNX Runtime starts from it.
        expect(threadsOfNiceness(7) - before).toBeGreaterThanOrEqual(3);
      } finally {
        await tower.close();
      }
    },
  );

  test('each image of a batch gets its own embedding, of length 1', async () => {
    await withTower(tinyVision({ dimension: 3 }), async (tower) => {
      expect(tower.inputs).toEqual([{ name: 'pixel_values', dims: [undefined, 3, 8, 8] }]);
      expect(round(await tower.run(plainImages([3, 0, 4], [0, 7, 0])))).toEqual([
        [0.6, 0, 0.8],
        [0, 1, 0],
      ]);
    });
  });

  test('a file in half precision gives the same embeddings', async () => {
    await withTower(tinyVision({ dimension: 3, half: true }), async (tower) => {
      expect(round(await tower.run(plainImages([3, 0, 4], [0, 6, -8])))).toEqual([
        [0.6, 0, 0.8],
        [0, 0.6, -0.8],
      ]);
    });
  });

  test("SigLIP's name for its embedding is known", async () => {
    await withTower(tinyVision({ dimension: 3, output: 'pooler_output' }), async (tower) => {
      expect(round(await tower.run(plainImages([0, 0, 2])))).toEqual([[0, 0, 1]]);
    });
  });

  test('the attention mask goes to a model that declares one, and only to that', async () => {
    await withTower(tinyText({ masked: true }), async (tower) => {
      const [padded, plain] = [tokens([[5, 6, 9, 9]], [[1, 1, 0, 0]]), tokens([[5, 6]])];
      expect(round(await tower.run(padded))).toEqual(round(await tower.run(plain)));
    });
    await withTower(tinyText(), async (tower) => {
      expect(await tower.run(tokens([[5, 6]]))).toHaveLength(1);
    });
  });

  test('a batch that the model refuses is an error, and the next one works again', async () => {
    await withTower(tinyText(), async (tower) => {
      await expect(tower.run(tokens([[99_999]]))).rejects.toThrow(/tower\.onnx failed: .+/);
      expect(await tower.run(tokens([[5]]))).toHaveLength(1);
    });
  });

  test('an embedding without a direction is an error, never a vector of NaN in the store', async () => {
    await withTower(tinyVision(), async (tower) => {
      await expect(tower.run(plainImages([0, 0, 0]))).rejects.toThrow('zero or not finite');
      await expect(tower.run(plainImages([Number.NaN, 0, 0]))).rejects.toThrow('zero or not finite');
    });
  });

  test('closing waits for what runs and refuses what comes later', async () => {
    await withTower(tinyVision({ dimension: 3 }), async (tower) => {
      const running = tower.run(plainImages([0, 0, 2]));
      await tower.close();
      expect(await running).toHaveLength(1);
      await expect(tower.run(plainImages([0, 0, 2]))).rejects.toThrow('has ended');
    });
  });
});
