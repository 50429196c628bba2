// Makes the graded queries of the demo catalogue from its attributes: `npm run queries`; with --check it only compares.
import { readFileSync } from 'node:fs';
import { writeOrCheck } from './generated-file.ts';

interface DemoProduct {
  id: string;
  name: string;
  price: number;
  category: string;
  attributes: { color: string; kind: string; material?: string };
}

/** One query: what is typed, of which kind it is, and how relevant products are (3 exactly, 2 well, 1 somewhat). */
interface GradedQuery {
  text: string;
  kind: string;
  relevant: Record<string, number>;
}

const CATALOGUE = new URL('../examples/catalogue/products.jsonl', import.meta.url);
const lines = readFileSync(CATALOGUE, 'utf8').split('\n').filter(Boolean);
const products: DemoProduct[] = lines.map((line) => JSON.parse(line));
const kinds = [...new Set(products.map(({ attributes }) => attributes.kind))];

/** What people say for a kind without any of its words. */
const SYNONYMS: Record<string, readonly string[]> = {
  sneakers: ['trainers', 'gym shoes'],
  'running-shoes': ['jogging footwear'],
  'high-heels': ['stilettos', 'pumps'],
  sofa: ['couch', 'settee'],
  'evening-gown': ['ball dress'],
  sweater: ['pullover', 'jumper'],
  trousers: ['pants', 'slacks'],
  jeans: ['denim pants'],
  handbag: ['purse'],
  backpack: ['rucksack'],
  sunglasses: ['shades'],
  'wrist-watch': ['timepiece'],
  'baseball-cap': ['peaked hat'],
  beanie: ['woolly hat'],
  mug: ['coffee cup'],
  rug: ['carpet'],
  cushion: ['pillow'],
  bookshelf: ['bookcase'],
  'plant-pot': ['flower planter'],
  'water-bottle': ['drinking flask'],
  umbrella: ['parasol'],
  necklace: ['pendant chain'],
  wallet: ['billfold'],
  hoodie: ['hooded sweatshirt'],
  'flip-flops': ['beach slippers'],
};

/** Words for a kind as a shopper types them. */
const spoken = (kind: string) => kind.replaceAll('-', ' ');
/** Every n-th of a list, so that a set is spread over the catalogue. */
const every = <Item>(step: number, items: readonly Item[], from = 0) =>
  items.filter((_, place) => place % step === from);
const grade = (relevant: (product: DemoProduct) => number): Record<string, number> =>
  Object.fromEntries(
    products.map((product) => [product.id, relevant(product)] as const).filter(([, value]) => value > 0),
  );
const isOf = (product: DemoProduct, color: string, kind: string) =>
  product.attributes.color === color && product.attributes.kind === kind;

/** The product of that name exactly, those of its colour and kind well, those of its kind somewhat. */
const likeProduct = (wanted: DemoProduct) =>
  grade((product) => {
    const { color, kind } = wanted.attributes;
    if (product.id === wanted.id) return 3;
    return isOf(product, color, kind) ? 2 : Number(product.attributes.kind === kind);
  });

/** The name with one slip of the hand in its longest word: a letter left out, two swapped, one doubled, one replaced. */
function misspell(name: string, slip: number): string {
  const words = name.split(' ');
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '');
  const at = 1 + (slip % Math.max(1, longest.length - 3));
  const [before, one, two, after] = [
    longest.slice(0, at),
    longest[at] ?? '',
    longest[at + 1] ?? '',
    longest.slice(at + 2),
  ];
  const slips = [`${two}${after}`, `${two}${one}${after}`, `${one}${one}${two}${after}`, `x${two}${after}`];
  const wrong = `${before}${slips[slip % slips.length]}`;
  return words.map((word) => (word === longest ? wrong : word)).join(' ');
}

const queries: GradedQuery[] = [];
for (const product of every(5, products)) {
  queries.push({ text: product.name.toLowerCase(), kind: 'name', relevant: likeProduct(product) });
}
for (const [slip, product] of every(5, products, 2).entries()) {
  queries.push({
    text: misspell(product.name.toLowerCase(), slip),
    kind: 'misspelling',
    relevant: likeProduct(product),
  });
}
for (const { attributes } of every(5, products, 3)) {
  const { color, kind } = attributes;
  const relevant = grade((product) => (isOf(product, color, kind) ? 3 : Number(product.attributes.kind === kind)));
  queries.push({ text: `${color} ${spoken(kind)}`, kind: 'colour and kind', relevant });
}
for (const [kind, words] of Object.entries(SYNONYMS)) {
  for (const text of words) {
    queries.push({ text, kind: 'synonym', relevant: grade(({ attributes }) => (attributes.kind === kind ? 3 : 0)) });
  }
}
for (const kind of every(2, kinds)) {
  const own = products.filter(({ attributes }) => attributes.kind === kind).map(({ price }) => price);
  const limit = Math.ceil(own.sort((left, right) => left - right)[Math.floor(own.length / 2)] ?? 0);
  const fits = (product: DemoProduct) => product.attributes.kind === kind && product.price <= limit;
  queries.push({
    text: `${spoken(kind)} under ${limit}`,
    kind: 'price',
    relevant: grade((product) => (fits(product) ? 3 : 0)),
  });
}
for (const kind of every(2, kinds, 1)) {
  const color = products.find(({ attributes }) => attributes.kind === kind)?.attributes.color ?? '';
  const fits = ({ attributes }: DemoProduct) => attributes.kind === kind && attributes.color !== color;
  const relevant = grade((product) => (fits(product) ? 3 : 0));
  queries.push({ text: `${spoken(kind)} not ${color}`, kind: 'negation', relevant });
}

const judged = queries.filter(({ relevant }) => Object.keys(relevant).length > 0);
writeOrCheck(
  new URL('../examples/catalogue/queries.jsonl', import.meta.url),
  `${judged.map((query) => JSON.stringify(query)).join('\n')}\n`,
  'npm run queries',
);
