import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { variables } from '../../src/config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const runs = (command: string, args: string[]) => spawnSync(command, args).status === 0;
const hasCompose = runs('docker', ['compose', 'version']);
const hasKubectl = runs('kubectl', ['version', '--client']);

const COMPOSE = 'docker-compose.yml';
const WORKFLOW = '.github/workflows/ci.yml';
const MANIFESTS = globSync('deploy/*.yaml', { cwd: root });

/** Names that stand in these files and are not Vitrine's: of Qdrant, of Redis and of Compose. */
const OTHERS =
  /^(QDRANT__|QDRANT_INIT_FILE_PATH$|REDIS_PASSWORD$|REDIS_MAX_MEMORY$|MAX_MEMORY$|BIND_ADDRESS$|(API|QDRANT|REDIS)_MEMORY$)/;

/** What Compose does not take from `.env`, since it or the image sets it. */
const SET_BY_COMPOSE = ['HOST', 'PORT', 'QDRANT_URL', 'REDIS_URL'];
const SET_BY_IMAGE = ['NODE_ENV', 'DATA_DIR', 'MODEL_CACHE_DIR'];

/** Environment variables that a YAML file sets or refers to: `NAME: value`, `- name: NAME`, `${NAME:-…}`. */
function variablesOf(text: string): string[] {
  const found = text.matchAll(/^\s+([A-Z][A-Z0-9_]+):|- name: ([A-Z][A-Z0-9_]+)$|\$\{([A-Z][A-Z0-9_]+)/gm);
  return [...new Set([...found].flatMap(([, key, name, reference]) => key ?? name ?? reference ?? []))];
}

/** Names and tags of the container images that a YAML file runs. */
function imagesOf(text: string): string[] {
  return [...text.matchAll(/^\s+image: (\S+)$/gm)].flatMap(([, image]) => image ?? []);
}

const folder = mkdtempSync(join(tmpdir(), 'vitrine-deploy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `docker compose config` with these secrets and nothing from a `.env` of the developer's. */
function composeConfig(secrets: Record<string, string>) {
  const envFile = join(folder, 'env');
  writeFileSync(
    envFile,
    Object.entries(secrets)
      .map((pair) => `${pair.join('=')}\n`)
      .join(''),
  );
  const { PATH, HOME, DOCKER_CONFIG } = process.env;
  const env = { PATH, HOME, ...(DOCKER_CONFIG !== undefined && { DOCKER_CONFIG }) };
  const args = ['compose', '--file', COMPOSE, '--env-file', envFile, 'config', '--quiet'];
  return spawnSync('docker', args, { cwd: root, env, encoding: 'utf8' });
}

describe('what a shop starts Vitrine with', () => {
  const secrets = { QDRANT_API_KEY: 'q', REDIS_PASSWORD: 'r', API_KEYS: 'shop:search:s,office:write:w' };

  test.skipIf(!hasCompose)('docker compose understands docker-compose.yml, or nobody could start it', () => {
    const { stderr, status } = composeConfig(secrets);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test.skipIf(!hasCompose).each(Object.keys(secrets))(
    'without %s Compose starts nothing and names it, so that no shop runs open by oversight',
    (name) => {
      const { stderr, status } = composeConfig({ ...secrets, [name]: '' });
      expect(status).not.toBe(0);
      expect(stderr).toContain(name);
    },
  );

  test.skipIf(!hasKubectl)('kubectl puts the manifests together, or nobody could apply them', () => {
    const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', 'deploy'], { cwd: root, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('kind: Deployment');
  });

  test.each([COMPOSE, ...MANIFESTS])(
    '%s sets only variables that Vitrine reads, so that none is set in vain',
    (file) => {
      const unknown = variablesOf(read(file)).filter((name) => !OTHERS.test(name) && !Object.hasOwn(variables, name));
      expect(unknown).toEqual([]);
    },
  );

  test('Compose passes on every variable, or what a shop sets in .env would be dropped in silence', () => {
    const compose = read(COMPOSE);
    const passed = compose.matchAll(/^ {6}([A-Z][A-Z0-9_]+): \$\{\1:[-?]/gm);
    const names = [...passed].flatMap(([, name]) => name ?? []);
    expect([...names, ...SET_BY_COMPOSE, ...SET_BY_IMAGE].toSorted()).toEqual(
      expect.arrayContaining(Object.keys(variables).toSorted()),
    );
    for (const name of SET_BY_COMPOSE) expect(compose).toMatch(new RegExp(`^ {6}${name}: `, 'm'));
    for (const name of SET_BY_IMAGE) expect(read('Dockerfile')).toMatch(new RegExp(`^(ENV| {3}) ${name}=`, 'm'));
  });

  test('every service has a memory limit, or one of them could take the whole machine down', () => {
    const [, services = ''] = /^services:\n([\s\S]*?)^\w/m.exec(read(COMPOSE)) ?? [];
    const blocks = services.split(/^ {2}(?=\w)/m).slice(1);
    expect(blocks.map((block) => block.split(':')[0])).toEqual(['api', 'qdrant', 'redis']);
    for (const block of blocks) expect(block).toMatch(/^ {4}mem_limit: \$\{[A-Z]+_MEMORY:-\w+\}$/m);
  });

  test('Compose sets every secret and both servers, or a replica would quietly run on its own', () => {
    expect(variablesOf(read(COMPOSE))).toEqual(
      expect.arrayContaining(['QDRANT_URL', 'QDRANT_API_KEY', 'REDIS_URL', 'API_KEYS', 'CLIP_MODEL']),
    );
  });

  test('every image that is pulled has a whole version, so that two starts run the same', () => {
    const pulled = [COMPOSE, WORKFLOW, ...MANIFESTS].flatMap((file) => imagesOf(read(file)));
    expect(pulled).toEqual(expect.arrayContaining(['vitrine']));
    expect(pulled.filter((image) => image !== 'vitrine' && !/:v?\d+\.\d+\.\d+(-\w+)?$/.test(image))).toEqual([]);
  });

  test('CI tests on the Qdrant and the Redis that Compose starts, or a shop would be the first to run on them', () => {
    const tested = imagesOf(read(WORKFLOW));
    const started = imagesOf(read(COMPOSE)).map((image) => image.replace('-unprivileged', ''));
    expect(tested.length).toBeGreaterThan(0);
    expect(tested.filter((image) => !started.includes(image))).toEqual([]);
  });

  test('the image is built of files that are there and that .dockerignore lets through', () => {
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) =>
      (files ?? '').split(' '),
    );
    expect(copied).toContain('src');
    const passed = read('.dockerignore').matchAll(/^!(.+)$/gm);
    expect(copied.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect([...passed].flatMap(([, file]) => file ?? []).toSorted()).toEqual([...new Set(copied)].toSorted());
  });
});
