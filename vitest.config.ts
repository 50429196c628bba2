import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would add "development", under which graphql has a second copy beside the one that Node loads for Yoga.
  ssr: { resolve: { conditions: ['node', 'module-sync', 'import', 'default'] } },
  test: {
    include: ['tests/**/*.test.ts'],
    reporters: ['default', './tests/support/summary-reporter.ts'],
    // The model and the store are real in most files: loading them takes seconds on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
