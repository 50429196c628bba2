import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../src', import.meta.url));
const files = globSync('**/*.ts', { cwd: root });

/** Import specifiers of a file: static, dynamic, and of types. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap((match) => match[1] ?? []);
}

/** The files of src/ that a file imports. */
function filesOf(file: string): string[] {
  const relatives = importsOf(file).filter((specifier) => specifier.startsWith('.'));
  return relatives.map((specifier) => relative('.', join(dirname(file), specifier)));
}

/** The folder of src/ that a file is in; the file's own name at the top. */
const partOf = (file: string) => file.split('/')[0] ?? '';

const BASICS = [
  'closest-name.ts',
  'edit-distance.ts',
  'errors.ts',
  'logger.ts',
  'package-root.ts',
  'product.ts',
  'async',
];
const BELOW_SCHEMA = ['services', 'adapters', 'model', ...BASICS];

/** What each part may import besides itself: files at the top of src/ by name, folders by theirs. */
const allowed: Record<string, readonly string[]> = {
  'edit-distance.ts': [],
  'closest-name.ts': ['edit-distance.ts'],
  'errors.ts': [],
  'logger.ts': [],
  'package-root.ts': [],
  'product.ts': [],
  async: [],
  model: ['errors.ts', 'logger.ts', 'package-root.ts', 'async'],
  adapters: ['model', ...BASICS],
  services: ['adapters', 'model', ...BASICS],
  'context.ts': BELOW_SCHEMA,
  resolvers: ['context.ts', ...BELOW_SCHEMA],
  schema: ['resolvers', 'context.ts', ...BELOW_SCHEMA],
  mcp: BELOW_SCHEMA,
  plugins: ['mcp', 'context.ts', ...BELOW_SCHEMA],
  'config-rules.ts': ['adapters', 'closest-name.ts'],
  'config.ts': ['config-rules.ts', 'adapters', 'model', ...BASICS],
  'server.ts': ['schema', 'mcp', 'plugins', 'context.ts', ...BELOW_SCHEMA],
  terminal: ['services', 'model', ...BASICS],
  'deps.ts': ['config.ts', 'server.ts', 'plugins', 'start', ...BELOW_SCHEMA],
  start: ['config.ts', 'deps.ts', 'server.ts', 'terminal', 'plugins', ...BELOW_SCHEMA],
  cli: ['config.ts', 'deps.ts', 'server.ts', 'start', 'terminal', ...BELOW_SCHEMA],
  'cli.ts': ['cli', 'config.ts', 'start'],
  'main.ts': ['config.ts', 'start'],
};

describe('imports run one way: schema -> resolvers -> services -> adapters -> model', () => {
  test('every file and folder at the top of src/ has a place in this order', () => {
    expect([...new Set(files.map(partOf))].sort()).toEqual(Object.keys(allowed).sort());
  });

  test.each(Object.entries(allowed))(
    '%s imports only what lies below it, so that a part can be read on its own',
    (part, below) => {
      const wrong = files
        .filter((file) => partOf(file) === part)
        .flatMap((file) =>
          filesOf(file)
            .filter((target) => partOf(target) !== part && !below.includes(partOf(target)))
            .map((target) => `${file} imports ${target}`),
        );
      expect(wrong).toEqual([]);
    },
  );

  test('no file imports itself by way of others, so that each can be read without a circle', () => {
    const done = new Set<string>();
    const circleFrom = (file: string, path: readonly string[]): string[] | undefined => {
      const start = path.indexOf(file);
      if (start >= 0) return [...path.slice(start), file];
      if (done.has(file)) return undefined;
      for (const target of filesOf(file)) {
        const circle = circleFrom(target, [...path, file]);
        if (circle) return circle;
      }
      done.add(file);
      return undefined;
    };
    for (const file of files) expect(circleFrom(file, [])).toBeUndefined();
  });

  test('services and model know nothing of GraphQL, so that the CLI and another API can use them', () => {
    const wrong = files
      .filter((file) => /^(services|model)\//.test(file))
      .filter((file) => importsOf(file).some((specifier) => /graphql|yoga|pothos|envelop/.test(specifier)));
    expect(wrong).toEqual([]);
  });
});
