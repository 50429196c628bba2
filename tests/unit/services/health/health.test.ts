import { describe, expect, test } from 'vitest';
import { createHealthService } from '../../../../src/services/health/health.ts';

const model = { id: 'mini', digest: '0123456789ab', dimension: 512, imageSize: 112, dtype: 'fp32', bundled: true };
const up = async () => {};
const away = async () => {
  throw new Error('connect ECONNREFUSED 10.0.0.7:6333');
};

const create = (parts: {
  model?: () => Promise<void>;
  store?: () => Promise<void>;
  cache?: () => Promise<void>;
  modelProblem?: string;
  writeProblem?: string;
}) =>
  createHealthService({
    version: '1.2.3',
    model,
    modelProblem: parts.modelProblem ?? null,
    embedder: { ping: parts.model ?? up },
    store: { backend: 'sqlite', ping: parts.store ?? up },
    writes: { problem: () => parts.writeProblem ?? null },
    cache: { backend: 'memory', ping: parts.cache ?? up },
  });
const check = (parts: Parameters<typeof create>[0]) => create(parts).check();

describe('health', () => {
  test('is UP when all parts are, each with the time its probe took', async () => {
    const { status, components } = await check({});
    expect(status).toBe('UP');
    expect(components.map(({ latencyMs }) => latencyMs === null)).toEqual([false, false, false]);
  });

  test('asked for thirty times at once probes once, so that nobody wears out a store by asking after it', async () => {
    let probes = 0;
    const health = create({
      store: async () => {
        probes += 1;
      },
    });
    await Promise.all(Array.from({ length: 30 }, () => health.check()));
    expect(probes).toBe(1);
    await health.check();
    expect(probes).toBe(2);
  });

  test('is DOWN without a store: nothing can be searched', async () => {
    expect((await check({ store: away, cache: away })).status).toBe('DOWN');
  });

  test('is DOWN when the model has died, whatever its self-test at start said', async () => {
    const { status, components } = await check({ model: away, modelProblem: 'only 1 of 12' });
    expect([status, components[0]?.status]).toEqual(['DOWN', 'DOWN']);
    expect(await create({ model: away }).isAlive()).toBe(false);
  });

  test('asks for a restart only where that helps: not for a store that is away', async () => {
    expect(await create({ store: away, cache: away, modelProblem: 'only 1 of 12' }).isAlive()).toBe(true);
  });

  test('is DEGRADED without a cache, or with a model that failed its self-test, whose figure it shows', async () => {
    expect((await check({ cache: away })).status).toBe('DEGRADED');
    const { status, components } = await check({ modelProblem: 'only 1 of 12 captions found their drawing' });
    expect(status).toBe('DEGRADED');
    expect(components[0]?.message).toContain('1 of 12');
  });

  test('is DEGRADED while products can be found and not stored, and says what is the matter', async () => {
    const writeProblem = 'The last write failed: The disk is full.';
    const { status, components } = await check({ writeProblem });
    expect(status).toBe('DEGRADED');
    expect(components[1]).toMatchObject({ component: 'VECTOR_STORE', status: 'DEGRADED', message: writeProblem });
    expect((await check({ writeProblem, store: away })).status).toBe('DOWN');
  });

  test('tells nobody addresses of the inside', async () => {
    const { components } = await check({ store: away });
    expect(JSON.stringify(components)).not.toContain('10.0.0.7');
  });

  test('does not hang with a part that hangs', async () => {
    const { status } = await check({ store: () => new Promise(() => {}) });
    expect(status).toBe('DOWN');
  });
});
