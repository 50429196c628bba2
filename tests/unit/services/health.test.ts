import { describe, expect, test } from 'vitest';
import { createHealthService } from '../../../src/services/health.ts';

const model = { id: 'mini', dimension: 512, imageSize: 112, dtype: 'fp32', bundled: true };
const up = async () => {};
const away = async () => {
  throw new Error('connect ECONNREFUSED 10.0.0.7:6333');
};

const check = (parts: { store?: () => Promise<void>; cache?: () => Promise<void>; modelProblem?: string }) =>
  createHealthService({
    version: '1.2.3',
    model,
    modelProblem: parts.modelProblem ?? null,
    store: { backend: 'zvec', ping: parts.store ?? up },
    cache: { backend: 'memory', ping: parts.cache ?? up },
  }).check();

describe('health', () => {
  test('is UP when all parts are, each with the time its probe took', async () => {
    const { status, components } = await check({});
    expect(status).toBe('UP');
    expect(components.map(({ latencyMs }) => latencyMs === null)).toEqual([true, false, false]);
  });

  test('is DOWN without a store: nothing can be searched', async () => {
    expect((await check({ store: away, cache: away })).status).toBe('DOWN');
  });

  test('is DEGRADED without a cache, or with a model that failed its self-test, whose figure it shows', async () => {
    expect((await check({ cache: away })).status).toBe('DEGRADED');
    const { status, components } = await check({ modelProblem: 'only 1 of 12 captions found their drawing' });
    expect(status).toBe('DEGRADED');
    expect(components[0]?.message).toContain('1 of 12');
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
