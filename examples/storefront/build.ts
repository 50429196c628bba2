// Builds the shop into a folder: node examples/storefront/build.ts FOLDER. The server does so by itself when it is missing.
import { resolve } from 'node:path';
import { build } from 'vite';

const [folder = 'dist/storefront'] = process.argv.slice(2);

await build({
  root: import.meta.dirname,
  configLoader: 'native',
  logLevel: 'warn',
  build: { outDir: resolve(folder), emptyOutDir: true },
});
