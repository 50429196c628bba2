import type { IndexedProduct } from '../src/adapters/vector-store/types.ts';
import { normalise, randomNumbers } from '../tests/contract/vector-store/fixtures.ts';

const KINDS =
  'shirt dress trousers sneaker boot handbag backpack jacket scarf hat belt watch lamp chair mug blanket'.split(' ');
const COLORS = 'red blue green black white grey yellow orange purple pink brown beige'.split(' ');
const MATERIALS = 'cotton leather wool linen denim silk suede canvas steel oak'.split(' ');
const STYLES = 'classic modern vintage sporty elegant casual slim oversized light warm soft sturdy'.split(' ');
const SEASONS = ['spring', 'summer', 'autumn', 'winter'];
const FILLER =
  'for every day and long evenings made with care in small series comes with a gift box easy to clean'.split(' ');

/** A made-up shop: words of a few thousand brands and a few dozen kinds, images in loose clusters by kind and color. */
export interface BenchCatalogue {
  /** Product number `index`, always the same, with so many images (one by default), which are alike. */
  item(index: number, images?: number): IndexedProduct;
  /** What somebody asks: words of a product, and a vector near it. */
  question(index: number): { text: string; broadText: string; embedding: Float32Array };
  /** A filter as shoppers use it: three of 16 categories and a price band, some 7 % of the catalogue. */
  filter(index: number): { categories: string[]; price: { min: number; max: number } };
}

/** `spread`: how much of an image is its own, against what its kind and color have in common; more is harder for a graph. */
export function createBenchCatalogue(dimension: number, spread = 0.9): BenchCatalogue {
  const directions = new Map<number, Float32Array>();
  const direction = (seed: number): Float32Array => {
    const known = directions.get(seed);
    if (known !== undefined) return known;
    const made = gaussian(randomNumbers(seed), dimension);
    directions.set(seed, made);
    return made;
  };
  const near = (kind: number, color: number, noise: Float32Array, share: number): Float32Array => {
    const [k, c] = [direction(1 + kind), direction(1000 + color)];
    return normalise(noise.map((value, at) => share * value + (k[at] ?? 0) + 0.6 * (c[at] ?? 0)));
  };
  /** The images of a product: the first, and others that have some of its noise and some of their own. */
  const embeddingOf = (kind: number, color: number, random: () => number, images: number): Float32Array => {
    const own = gaussian(random, dimension);
    const embedding = new Float32Array(images * dimension);
    for (let image = 0; image < images; image += 1) {
      const other =
        image === 0 ? own : gaussian(random, dimension).map((value, at) => 0.6 * value + 0.8 * (own[at] ?? 0));
      embedding.set(near(kind, color, other, spread), image * dimension);
    }
    return embedding;
  };
  const traits = (index: number) => {
    const random = randomNumbers(index * 7919 + 17);
    const pick = (count: number) => Math.floor(random() * count);
    return { random, pick, kind: pick(KINDS.length), color: pick(COLORS.length), brand: pick(2_000) };
  };

  return {
    item(index, images = 1) {
      const { random, pick, kind, color, brand } = traits(index);
      const material = MATERIALS[pick(MATERIALS.length)] ?? '';
      const style = STYLES[pick(STYLES.length)] ?? '';
      const description = Array.from({ length: 14 }, () => FILLER[pick(FILLER.length)]).join(' ');
      const id = `sku-${String(index).padStart(7, '0')}`;
      return {
        product: {
          id,
          name: `${style} ${COLORS[color]} ${KINDS[kind]} brand${brand}`,
          description: `A ${style} ${KINDS[kind]} of ${material} ${description}.`,
          category: `${KINDS[kind]}s`,
          price: Math.round(random() * 20_000) / 100,
          currency: 'EUR',
          imageUrl: `https://shop.example/images/${id}.jpg`,
          attributes: [
            { name: 'color', value: COLORS[color] ?? '' },
            { name: 'material', value: material },
            { name: 'season', value: SEASONS[pick(4)] ?? '' },
            { name: 'brand', value: `brand${brand}` },
          ],
          inStock: random() < 0.9,
          indexedAt: '2026-01-02T03:04:05.678Z',
          contentHash: id.padEnd(64, '0'),
          additionalImageUrls: [],
        },
        embedding: embeddingOf(kind, color, random, images),
      };
    },
    question(index) {
      const { random, kind, color, brand } = traits(index + 5_000_000);
      return {
        text: `${COLORS[color]} ${KINDS[kind]} brand${brand}`,
        broadText: `a ${STYLES[index % STYLES.length]} ${KINDS[kind]} for every day`,
        embedding: near(kind, color, gaussian(random, dimension), spread - 0.2),
      };
    },
    filter(index) {
      const categories = [0, 5, 9].map((step) => `${KINDS[(index + step) % KINDS.length]}s`);
      return { categories, price: { min: 20 + (index % 40), max: 100 + (index % 40) } };
    },
  };
}

function gaussian(random: () => number, dimension: number): Float32Array {
  const scale = 1 / Math.sqrt(dimension);
  return Float32Array.from({ length: dimension }, () => {
    return scale * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  });
}
