import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed operations by the client preset, as a storefront would have them: for the tests and for the example. */
const typedOperationsOf = (folder: string, more: object = {}): NonNullable<CodegenConfig['generates']> => ({
  [`./${folder}/gql/`]: {
    documents: [`${folder}/**/*.{ts,tsx}`, `!${folder}/gql/**`],
    preset: 'client',
    presetConfig: { fragmentMasking: false },
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      scalars: { URL: 'string', DateTime: 'string', Upload: 'Blob' },
      ...more,
    },
  },
});

const config: CodegenConfig = {
  schema: './schema.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
    ...typedOperationsOf('tests'),
    ...typedOperationsOf('examples/client'),
    ...typedOperationsOf('examples/storefront/src'),
    // Documents as text: nothing of GraphQL is needed to send them.
    ...typedOperationsOf('examples/routes', { documentMode: 'string' }),
  },
};

export default config;
