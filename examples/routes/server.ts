// The routes that a shop's own server puts in front of Vitrine, with nothing but node:http. The key stays here: browsers talk
// to these routes alone. While a Vitrine runs:
//   VITRINE_API_KEY=… ADMIN_TOKEN=… npm run example:routes
//   curl "localhost:3000/search?q=red+dress&category=dresses&max=80"
//   curl --data-binary @photo.jpg "localhost:3000/search/photo?inStock=true"
//   curl localhost:3000/products/sku-0001/similar
//   curl -H "authorization: Bearer $ADMIN_TOKEN" --data-binary @catalogue.jsonl localhost:3000/catalogue
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRoutes } from './routes.ts';
import { createVitrine } from './vitrine.ts';

if (existsSync('.env')) process.loadEnvFile('.env');
const { VITRINE_URL, VITRINE_API_KEY, ADMIN_TOKEN, SHOP_PORT } = process.env;

const vitrine = createVitrine({
  url: VITRINE_URL || 'http://localhost:4000/graphql',
  key: VITRINE_API_KEY || undefined,
});
const server = createServer(createRoutes({ vitrine, adminToken: ADMIN_TOKEN || undefined }));
server.listen(Number(SHOP_PORT || 3000), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : SHOP_PORT;
  process.stdout.write(`The shop's routes: http://localhost:${port}/search?q=red+dress\n`);
});
process.once('SIGTERM', () => server.close());
