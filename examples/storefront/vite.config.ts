import { defineConfig } from 'vite';

/** Where `npm run storefront`, which shows every edit at once, finds the API: a server that runs beside it. */
const api = process.env.VITRINE_URL || `http://localhost:${process.env.PORT || 4000}`;

export default defineConfig({
  root: import.meta.dirname,
  // Beside the other packages' caches, not among the sources that the server takes the hash of.
  cacheDir: '../../node_modules/.cache/vite-storefront',
  server: { proxy: { '/graphql': api, '/demo': api, '/images': api } },
  build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
