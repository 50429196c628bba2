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

  test.each([
    [{}, true],
    [{ NODE_ENV: 'production' }, false],
    [{ NODE_ENV: 'production', STOREFRONT: 'on' }, true],
    [{ STOREFRONT: 'off' }, false],
    [{ TRUSTED_DOCUMENTS: 'documents.json', TRUSTED_DOCUMENTS_ONLY: 'on' }, false],
  ])('the shop is there for who tries Vitrine out, and in production only when asked for: %j', (env, isThere) => {
    expect(loadConfig(env).storefront).toBe(isThere);
  });

  test('QDRANT_URL, REDIS_URL and API_KEYS left out mean: embedded, in memory, no keys', () => {
    const { qdrant, redisUrl, apiKeys } = loadConfig({});
    expect([qdrant, redisUrl, apiKeys]).toEqual([undefined, undefined, []]);
  });

  test.each([
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['CORS_ALLOWED_ORIGINS', 'CORS_ORIGINS'],
    ['API_KEY', 'API_KEYS'],
    ['APIKEYS', 'API_KEYS'],
    ['DEMO_CATALOG', 'DEMO_CATALOGUE'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['QDRANT_URI', 'QDRANT_URL'],
    ['QDRANT_TIMEOUT', 'QDRANT_TIMEOUT_MS'],
    ['RATE_LIMIT_SEARCH', 'RATE_LIMIT_SEARCHES'],
    ['RATE_LIMIT', 'RATE_LIMIT_SEARCHES or RATE_LIMIT_WRITES'],
    ['IMAGE_ALLOWED_HOST', 'IMAGE_ALLOWED_HOSTS'],
  ])('%s, set in vain, is told with the name that was meant, %s, and without its value', (name, meant) => {
    const { warnings } = loadConfig({ [name]: 'hunter2' });
    expect(warnings).toEqual([`${name} is set, but Vitrine does not read it. Did you mean ${meant}?`]);
    expect(loadConfig({ [name]: '' }).warnings).toEqual([]);
  });

  test('a variable that stands beside the right one is somebody else’s', () => {
    expect(loadConfig({ API_KEY: 'of the mailer', API_KEYS: `web:search:${'s'.repeat(32)}` }).warnings).toEqual([]);
  });

  test('what shells, terminals, npm, Docker, Kubernetes, CI and other tools set is no reason for a warning', () => {
    const names = `PATH HOME HOSTNAME HOST PORT USER SHELL PWD OLDPWD LANG LC_ALL TERM TERM_PROGRAM COLORTERM EDITOR TZ SHLVL
      LOGNAME MAIL DISPLAY TMPDIR TEMP CI DEBUG NO_COLOR FORCE_COLOR COLUMNS LINES HOST_IP HOST_NAME POD_NAME POD_IP
      NODE NODE_OPTIONS NODE_PATH NODE_VERSION NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_ENV YARN_VERSION
      INIT_CWD COLOR npm_package_name npm_lifecycle_event npm_config_cache port host log_level
      XDG_DATA_DIRS XDG_CONFIG_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR SSH_AUTH_SOCK SSH_CONNECTION GIT_EDITOR LS_COLORS
      KUBERNETES_SERVICE_HOST KUBERNETES_PORT KUBERNETES_PORT_443_TCP_ADDR VITRINE_PORT VITRINE_SERVICE_HOST
      VITRINE_SERVICE_PORT QDRANT_PORT QDRANT_SERVICE_HOST QDRANT_SERVICE_PORT QDRANT_PORT_6333_TCP REDIS_PORT
      REDIS_SERVICE_HOST REDIS_PORT_6379_TCP_PORT QDRANT__SERVICE__API_KEY QDRANT_INIT_FILE_PATH QDRANT_VERSION
      REDIS_PASSWORD REDIS_MAX_MEMORY REDIS_HOST MAX_MEMORY BIND_ADDRESS VITRINE_URL VITRINE_API_KEY
      HF_HOME HF_HUB_OFFLINE HF_HUB_CACHE HF_DATASETS_CACHE HUGGINGFACE_HUB_CACHE TRANSFORMERS_CACHE CUDA_VISIBLE_DEVICES
      OPENAI_API_KEY ANTHROPIC_API_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION GITHUB_TOKEN GITHUB_ACTIONS
      DATABASE_URL MONGODB_URI AMQP_URL PUBLIC_KEY CACHE_DIR DATA_HOME IMAGE_TAG IMAGE_NAME IMAGE_REGISTRY
      COLLECTION_ID LOG_FILE LOG_DIR LOG_FORMAT MAX_WORKERS TRUST_STORE CLIPBOARD CORSICA HTTP_PROXY NO_PROXY`;
    const env = Object.fromEntries(names.split(/\s+/).map((name) => [name, '1']));
    expect(loadConfig({ ...env, NODE_ENV: '' }).warnings).toEqual([]);
  });
});
