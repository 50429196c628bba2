import { roundPriceRanges } from '../../../src/adapters/vector-store/price-ranges.ts';
import { createTokenizer } from '../../../src/adapters/vector-store/tokens.ts';
import type {
  Facet,
  FacetRequest,
  IndexedProduct,
  MatchQuery,
  ProductFilter,
} from '../../../src/adapters/vector-store/types.ts';
import { cosine, satisfies } from './fixtures.ts';

/** A product that matches, said once more without any store. */
export interface ExpectedMatch {
  id: string;
  score: number;
  similarity: number | null;
}

const FUSION_DEPTH = 200;
const { questionWords, weighWords } = await createTokenizer('english');
const byId = (left: { id: string }, right: { id: string }) => (left.id < right.id ? -1 : Number(left.id > right.id));

/** The best cosine of a query and any of a product's images. */
function similarityOf(query: Float32Array, { embedding }: IndexedProduct): number {
  const images = embedding.length / query.length;
  const cosines = Array.from({ length: images }, (_, image) =>
    cosine(query, embedding.subarray(image * query.length, (image + 1) * query.length)),
  );
  return Math.max(...cosines);
}

/**
 * What matches by brute force, in the order asked for. `lexicalScores`: what the store itself gives to each product by
 * words under no filter, since BM25 is its own; what follows from it is checked.
 */
export function expectedMatches(
  items: readonly IndexedProduct[],
  query: MatchQuery,
  filter: ProductFilter | undefined,
  lexicalScores: ReadonlyMap<string, number>,
): ExpectedMatch[] {
  const { scoring, minSimilarity, minRelevance, sort, leaveOut = [], distinctBy } = query;
  const candidates = items.filter(({ product }) => satisfies(product, filter ?? {}) && !leaveOut.includes(product.id));
  const similarities = new Map(
    'embedding' in scoring
      ? candidates.map((item) => [item.product.id, similarityOf(scoring.embedding, item)] as const)
      : [],
  );
  const near = [...similarities]
    .map(([id, score]) => ({ id, score }))
    .filter(({ score }) => minSimilarity === undefined || score >= minSimilarity)
    .sort((left, right) => right.score - left.score || byId(left, right));
  const excluded = 'exclude' in scoring ? questionWords(scoring.exclude ?? '') : [];
  const words = candidates.flatMap(({ product }) => {
    const { weights } = weighWords(product);
    const score = excluded.some((word) => weights.has(word)) ? undefined : lexicalScores.get(product.id);
    return score === undefined ? [] : [{ id: product.id, score }];
  });

  let matches: ExpectedMatch[];
  /** Behind a fusion the rest follows, by similarity. */
  const rest = new Map<string, number>();
  if (scoring.by === 'filter') {
    matches = candidates.map(({ product: { id } }) => ({ id, score: 0, similarity: null }));
  } else if (scoring.by === 'vector') {
    matches = near.map(({ id, score }) => ({ id, score, similarity: score }));
  } else if (scoring.by === 'lexical') {
    matches = words.map(({ id, score }) => ({ id, score, similarity: null }));
  } else {
    const top = near.slice(0, FUSION_DEPTH);
    const highest = top[0]?.score ?? 0;
    const lowest = top.at(-1)?.score ?? 0;
    const allowed = words.filter(({ id }) => minSimilarity === undefined || near.some((one) => one.id === id));
    const bestWords = Math.max(...allowed.map(({ score }) => score));
    const scores = new Map<string, number>();
    for (const { id, score } of allowed) scores.set(id, (1 - scoring.semanticRatio) * (score / bestWords));
    for (const { id, score } of minSimilarity === undefined ? top : near) {
      const isTop = top.some((one) => one.id === id);
      const share = isTop && highest > lowest ? scoring.semanticRatio * ((score - lowest) / (highest - lowest)) : 0;
      scores.set(id, (scores.get(id) ?? 0) + share);
    }
    const known = new Set((minSimilarity === undefined ? top : near).map(({ id }) => id));
    matches = Array.from(scores, ([id, score]) => ({
      id,
      score,
      similarity: known.has(id) ? (similarities.get(id) ?? null) : null,
    }));
    if (minRelevance === 0 && minSimilarity === undefined) {
      for (const { id, score } of near.filter((one) => !scores.has(one.id))) {
        rest.set(id, score);
        matches.push({ id, score: 0, similarity: score });
      }
    }
  }
  const best = Math.max(0, ...matches.map(({ score }) => score));
  if (minRelevance > 0) matches = matches.filter(({ score }) => score >= minRelevance * best);

  const productOf = new Map(items.map(({ product }) => [product.id, product]));
  const keyOf = ({ id, score }: ExpectedMatch): number => {
    const product = productOf.get(id);
    if (sort === 'PRICE_ASC') return -(product?.price ?? 0);
    if (sort === 'PRICE_DESC') return product?.price ?? 0;
    if (sort === 'NEWEST' || scoring.by === 'filter') return Date.parse(product?.indexedAt ?? '');
    return score;
  };
  const restKey = ({ id }: ExpectedMatch) => (sort === 'RELEVANCE' ? (rest.get(id) ?? 2) : 0);
  matches.sort((left, right) => keyOf(right) - keyOf(left) || restKey(right) - restKey(left) || byId(left, right));
  if (distinctBy === undefined) return matches;
  const groupOf = ({ id }: ExpectedMatch) =>
    productOf.get(id)?.attributes.filter(({ name }) => name === distinctBy.attribute)[0]?.value;
  return matches.filter((match, place) => {
    const value = groupOf(match);
    const before = matches.slice(0, place).filter((other) => groupOf(other) === value);
    return value === undefined || before.length < distinctBy.max;
  });
}

/** The facets of a match set by brute force; `matchesFor` gives the ids that match under another filter. */
export function expectedFacets(
  items: readonly IndexedProduct[],
  { names, maxBuckets }: FacetRequest,
  filter: ProductFilter,
  matchesFor: (filter: ProductFilter) => readonly string[],
): Facet[] {
  const productsOf = (wider: ProductFilter) => {
    const ids = new Set(matchesFor(wider));
    return items.map(({ product }) => product).filter(({ id }) => ids.has(id));
  };
  const { categories, price, inStock, attributes = [], without: unwanted = {} } = filter;
  const wanted = names ?? [
    'category',
    'price',
    'inStock',
    ...[
      ...new Set([
        ...productsOf(filter).flatMap((product) => product.attributes.map(({ name }) => name)),
        ...[...attributes, ...(unwanted.attributes ?? [])].map(({ name }) => name),
      ]),
    ].sort(),
  ];
  const without = (name: string): ProductFilter => {
    const wider: ProductFilter = { ...filter, without: { ...unwanted } };
    if (name === 'category') {
      delete wider.categories;
      delete wider.without?.categories;
    } else if (name === 'price') delete wider.price;
    else if (name === 'inStock') delete wider.inStock;
    else {
      wider.attributes = attributes.filter((attribute) => attribute.name !== name);
      const others = unwanted.attributes?.filter((attribute) => attribute.name !== name);
      wider.without = { ...unwanted, attributes: others ?? [] };
    }
    return wider;
  };

  return [...new Set(wanted)].map((name) => {
    const products = productsOf(without(name));
    if (name === 'price') {
      const prices = products.map((product) => product.price);
      const isChosen = price?.min !== undefined || price?.max !== undefined;
      const ranges =
        prices.length === 0 ? [] : roundPriceRanges(Math.min(...prices), Math.max(...prices), Math.max(2, maxBuckets));
      const buckets = ranges.map(({ min, max }) => ({
        value: `${min}-${max}`,
        count: prices.filter((one) => one >= min && one < max).length,
        selected:
          isChosen &&
          min >= (price?.min ?? Number.NEGATIVE_INFINITY) &&
          max <= (price?.max ?? Number.POSITIVE_INFINITY),
        min,
        max,
      }));
      return { name, buckets: buckets.filter(({ count, selected }) => count > 0 || selected), otherCount: 0 };
    }
    const valuesOf = (product: (typeof products)[number]): string[] => {
      if (name === 'category') return [product.category];
      if (name === 'inStock') return [String(product.inStock)];
      return [...new Set(product.attributes.filter((one) => one.name === name).map(({ value }) => value))];
    };
    const chosen =
      name === 'category'
        ? (categories ?? [])
        : name === 'inStock'
          ? inStock === undefined
            ? []
            : [String(inStock)]
          : attributes.filter((one) => one.name === name).flatMap(({ anyOf }) => anyOf);
    const counts = new Map<string, number>();
    for (const value of products.flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
    const all = [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
    const listed = all.filter(({ value }, place) => place < maxBuckets || chosen.includes(value));
    const empty = [...new Set(chosen)].filter((value) => !counts.has(value)).map((value) => ({ value, count: 0 }));
    const total = (list: typeof all) => list.reduce((sum, { count }) => sum + count, 0);
    return {
      name,
      buckets: [...listed, ...empty].map((bucket) => ({
        ...bucket,
        selected: chosen.includes(bucket.value),
        min: null,
        max: null,
      })),
      otherCount: total(all) - total(listed),
    };
  });
}
