import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadConfig, variables } from '../../src/config.ts';
import { StartupError } from '../../src/errors.ts';

describe('configuration', () => {
  test('.env.example lists every variable, and copying it changes nothing', () => {
    const example = parseEnv(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'));
    expect(Object.keys(example).sort()).toEqual(Object.keys(variables).sort());
    expect(loadConfig(example)).toEqual(loadConfig({}));
  });

  test('reports every problem at once, so that nobody fixes them one start at a time', () => {
    const broken = { PORT: '70000', LOG_LEVEL: 'loud', IMAGE_MAX_BYTES: 'plenty', DEMO_CATALOGUE: 'maybe' };
    const problems = () => loadConfig(broken);
    expect(problems).toThrow(StartupError);
    for (const name of Object.keys(broken)) expect(problems).toThrow(name);
  });

  test('an empty value means unset, as in a compose file whose variable is not given', () => {
    expect(loadConfig({ PORT: '', CLIP_MODEL: ' ' }).port).toBe(4000);
    expect(loadConfig({ CLIP_MODEL: ' ' }).model.name).toBe('mini');
  });

  test('reads sizes, lists and switches as people write them', () => {
    const { image, demoCatalogue } = loadConfig({
      IMAGE_MAX_BYTES: '1.5MB',
      IMAGE_MAX_PIXELS: '20M',
      IMAGE_ALLOWED_HOSTS: 'a.example, *.b.example',
      DEMO_CATALOGUE: 'Off',
    });
    expect(image.maxBytes).toBe(1_500_000);
    expect(image.maxPixels).toBe(20_000_000);
    expect(image.allowedHosts).toEqual(['a.example', '*.b.example']);
    expect(demoCatalogue).toBe(false);
  });

  test('one dtype serves both towers unless a tower has its own', () => {
    const { model } = loadConfig({ CLIP_DTYPE: 'int8', CLIP_VISION_DTYPE: 'fp32' });
    expect([model.visionDtype, model.textDtype]).toEqual(['fp32', 'int8']);
  });

  test('downloaded models lie in DATA_DIR unless they have a folder of their own', () => {
    expect(loadConfig({ DATA_DIR: '/srv/vitrine' }).model.modelCacheDir).toBe('/srv/vitrine/models');
    expect(loadConfig({ DATA_DIR: '/srv/vitrine', MODEL_CACHE_DIR: '/models' }).model.modelCacheDir).toBe('/models');
  });

  test('the Hub is the public one, or a mirror that is written with or without a slash at its end', () => {
    expect(loadConfig({}).hub).toEqual({ endpoint: 'https://huggingface.co' });
    expect(loadConfig({ HF_ENDPOINT: 'https://hub.example/' }).hub.endpoint).toBe('https://hub.example');
    expect(() => loadConfig({ HF_ENDPOINT: 'hub.example' })).toThrow('HF_ENDPOINT');
  });

  test('wrong keys, stores, caches and pages are all reported at once, and no secret is shown', () => {
    const broken = {
      API_KEYS: 'web:hunter2-hunter2-hunter2',
      QDRANT_URL: 'grpc://qdrant:6334',
      REDIS_URL: 'rediss//:hunter2@cache',
      CORS_ORIGINS: 'shop.example',
      PUBLIC_URL: 'https://shop.example/search',
    };
    let message = '';
    try {
      loadConfig(broken);
    } catch (error) {
      if (error instanceof StartupError) message = error.message;
    }
    for (const name of Object.keys(broken)) expect(message).toContain(`${name} `);
    expect(message).not.toContain('hunter2');
  });

  test('QDRANT_URL, REDIS_URL and API_KEYS left out mean: embedded, in memory, no keys', () => {
    const { qdrant, redisUrl, apiKeys } = loadConfig({});
    expect([qdrant, redisUrl, apiKeys]).toEqual([undefined, undefined, []]);
  });
});
