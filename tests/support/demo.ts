import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { IndexProducts } from './operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from './vitrine.ts';

interface DemoLine {
  id: string;
  name: string;
  description: string;
  category: string;
  price: number;
  currency: string;
  attributes: Record<string, string>;
  image: string;
  inStock: boolean;
}

/** The demo catalogue as its file has it. */
export const demoProducts: readonly DemoLine[] = readFileSync(join(DEMO_CATALOGUE_DIR, 'products.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line.length > 0)
  .map((line) => JSON.parse(line));

/** A demo product as a back end would send it to the API. */
export function toInput({ image, attributes, ...product }: DemoLine) {
  return {
    id: product.id,
    name: product.name,
    description: product.description,
    category: product.category,
    price: product.price,
    currency: product.currency,
    inStock: product.inStock,
    imageUrl: `${ORIGIN}/demo/images/${image}`,
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
  };
}

/** A whole server with the demo catalogue, or the first `count` of its products, indexed through the API. */
export async function startDemoVitrine(
  env: Record<string, string> = {},
  count = demoProducts.length,
): Promise<TestVitrine> {
  const vitrine = await startVitrine(env);
  const inputs = demoProducts.slice(0, count).map(toInput);
  const { indexProducts } = await vitrine.data(IndexProducts, { inputs });
  if (indexProducts.indexed !== count)
    throw new Error(`only ${indexProducts.indexed} of ${count} products were indexed`);
  return vitrine;
}
