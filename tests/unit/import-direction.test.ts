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

/** The folder of src/ that a relative import leads into; '' for a file of src/ itself. */
function targetOf(file: string, specifier: string): string {
  const target = relative('.', join(dirname(file), specifier));
  return target.includes('/') ? (target.split('/')[0] ?? '') : target;
}

/** What each folder may import: files of src/ by name, other folders by theirs. */
const allowed: Record<string, readonly string[]> = {
  model: ['model', 'errors.ts', 'logger.ts', 'package-root.ts'],
  services: ['services', 'model', 'errors.ts', 'logger.ts'],
  resolvers: ['resolvers', 'services', 'context.ts', 'errors.ts'],
  schema: ['schema', 'resolvers', 'services', 'model', 'context.ts', 'errors.ts'],
  plugins: ['plugins', 'services', 'errors.ts', 'logger.ts', 'context.ts'],
};

describe('imports run one way: schema -> resolvers -> services -> model', () => {
  test.each(Object.keys(allowed))(
    '%s imports only what lies below it, so that a part can be read on its own',
    (folder) => {
      const mine = files.filter((file) => file.startsWith(`${folder}/`));
      expect(mine.length).toBeGreaterThan(0);
      const wrong = mine.flatMap((file) =>
        importsOf(file)
          .filter((specifier) => specifier.startsWith('.'))
          .filter((specifier) => !allowed[folder]?.includes(targetOf(file, specifier)))
          .map((specifier) => `${file} imports ${specifier}`),
      );
      expect(wrong).toEqual([]);
    },
  );

  test('services and model know nothing of GraphQL, so that the CLI and another API can use them', () => {
    const wrong = files
      .filter((file) => /^(services|model)\//.test(file))
      .filter((file) => importsOf(file).some((specifier) => /graphql|yoga|pothos|envelop/.test(specifier)));
    expect(wrong).toEqual([]);
  });
});
