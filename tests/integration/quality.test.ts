import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SearchMode } from '../gql/graphql.ts';
import { demoProducts, startDemoVitrine } from '../support/demo.ts';
import { FindProducts } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

/** The figures of models/mini/MODEL_CARD.md: a test of the wiring, not of what CLIP can do. */
let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({ RATE_LIMIT_SEARCHES: '0' });
});
afterAll(() => vitrine.close());

const topThree = async (text: string, mode: SearchMode) => {
  const { searchProducts } = await vitrine.data(FindProducts, { query: { text, mode }, first: 3 });
  return searchProducts.edges.map(({ node }) => node);
};

const share = (hits: readonly boolean[]) => hits.filter(Boolean).length / hits.length;

/** How often the first, and one of the first three, is of the colour and kind that was asked for. */
async function hitsOfColourKind(mode: SearchMode) {
  const pairs = new Set(demoProducts.map(({ attributes }) => `${attributes.color} ${attributes.kind}`));
  const hits: boolean[][] = [];
  for (const text of pairs) {
    const found = await topThree(text, mode);
    hits.push(
      found.map(({ attributes }) => {
        const wordFor = (wanted: string) => attributes.find(({ name }) => name === wanted)?.value;
        return `${wordFor('color')} ${wordFor('kind')}` === text;
      }),
    );
  }
  return {
    queries: pairs.size,
    at1: share(hits.map(([first]) => first === true)),
    at3: share(hits.map((h) => h.includes(true))),
  };
}

test('"colour kind" finds such a product by looks as often as the model card says, and HYBRID no less', async ({
  annotate,
}) => {
  const vector = await hitsOfColourKind('VECTOR');
  const hybrid = await hitsOfColourKind('HYBRID');
  await annotate(
    `VECTOR hit@1 ${vector.at1.toFixed(3)} hit@3 ${vector.at3.toFixed(3)}; HYBRID hit@1 ${hybrid.at1.toFixed(3)} hit@3 ${hybrid.at3.toFixed(3)}`,
  );
  expect(vector.queries).toBe(244);
  expect(vector.at1).toBeGreaterThanOrEqual(0.895);
  expect(vector.at3).toBeGreaterThanOrEqual(0.965);
  expect(hybrid.at1).toBeGreaterThanOrEqual(vector.at1);
  expect(hybrid.at3).toBeGreaterThanOrEqual(vector.at3);
});

test("a product's own name finds it first in HYBRID as often as by words alone", async ({ annotate }) => {
  const foundFirst = async (mode: SearchMode) => {
    const hits: boolean[] = [];
    for (const product of demoProducts) hits.push((await topThree(product.name, mode))[0]?.id === product.id);
    return share(hits);
  };
  const [lexical, hybrid] = [await foundFirst('LEXICAL'), await foundFirst('HYBRID')];
  await annotate(`LEXICAL ${lexical.toFixed(3)}, HYBRID ${hybrid.toFixed(3)}`);
  expect(lexical).toBeGreaterThan(0.9);
  expect(hybrid).toBeGreaterThanOrEqual(lexical - 0.02);
});
