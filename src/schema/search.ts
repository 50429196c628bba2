import type {
  FacetBucket as CountedBucket,
  Facet as CountedFacet,
  ProductSort as Sort,
} from '../adapters/vector-store/types.ts';
import { facets, matchCount, searchProducts, totalCount } from '../resolvers/search.ts';
import { type SearchMode as Mode, SEARCH_DEFAULTS, searchRequestSchema } from '../services/search/search-request.ts';
import type { SearchHit, SearchResult, SearchTiming } from '../services/search/types.ts';
import type { Understood } from '../services/search/understand/types.ts';
import { builder, checked } from './builder.ts';
import { ProductFilter } from './filter.ts';
import { Product } from './product.ts';

const SearchMode = builder.enumType('SearchMode', {
  description: 'What a search compares.',
  values: {
    VECTOR: { description: 'Looks: the CLIP embedding of the query against those of the images.' },
    LEXICAL: { description: 'Words: BM25 over name, description, category, id and attribute values. Needs a text.' },
    HYBRID: { description: 'Both, merged into one ranking; `semanticRatio` weighs them. Needs a text.' },
  } satisfies Record<Mode, { description: string }>,
});

const ProductSort = builder.enumType('ProductSort', {
  description: 'The order of the products; equal ones stand in the order of their ids.',
  values: {
    RELEVANCE: { description: 'The best match first; without a query the newest.' },
    PRICE_ASC: { description: 'The cheapest first. Prices are compared as numbers, whatever their currency.' },
    PRICE_DESC: { description: 'The most expensive first.' },
    NEWEST: { description: 'The one indexed last first.' },
  } satisfies Record<Sort, { description: string }>,
});

const ImageRegion = builder.inputType('ImageRegion', {
  description:
    'A part of an image, of at least 16 pixels on a side: fractions of its width and height, 0 to 1, from the top left of the image as it is seen (EXIF orientation applied).',
  fields: (t) => ({
    x: t.float({ required: true, description: 'Its left edge.' }),
    y: t.float({ required: true, description: 'Its upper edge.' }),
    width: t.float({ required: true, description: 'Its width; `x + width` is at most 1.' }),
    height: t.float({ required: true, description: 'Its height; `y + height` is at most 1.' }),
  }),
});

const SearchInput = builder.inputType('SearchInput', {
  description:
    'What to look for: a text, an image (one of its own, or that of a product), or a text and an image, which are composed into one query vector.',
  fields: (t) => ({
    text: t.string({ description: 'Words, 1 to 1000 characters after trimming: `red leather handbag`.' }),
    imageUrl: t.field({
      type: 'URL',
      description: 'An image: an http(s) URL, or a `data:` URL such as a browser makes from a photo.',
    }),
    productId: t.id({
      description:
        'More like this product: its first image, as it is stored. The product itself is not listed. Not together with another image.',
    }),
    exclude: t.string({
      description:
        'Words to steer away from, under the rules of `text`: `red`. Their direction is taken off the query vector, and a product that has one of them does not count by words. Needs a text, an image or a product beside it. A filter is what keeps products out for sure.',
    }),
    image: t.field({
      type: 'Upload',
      description: 'An image as a file, in place of `imageUrl`: a multipart request brings it.',
    }),
    region: t.field({
      type: ImageRegion,
      description: 'The part of the image that is meant; all of it when left out.',
    }),
    mend: t.boolean({
      defaultValue: SEARCH_DEFAULTS.mend,
      description:
        'Whether words that no product has are replaced by the words of the catalogue that they misspell, see `correctedText`. It is about words: what is embedded stays as it was typed.',
    }),
    understand: t.boolean({
      defaultValue: SEARCH_DEFAULTS.understand,
      description:
        'Read conditions from the text: `under 50`, `in stock`, `not leather`, and categories and attribute values of the catalogue. They hold beside the filter, and `understood` shows them. Reads English; in a catalogue of another language (`SEARCH_LANGUAGE`) nothing is read.',
    }),
    leaveAlone: t.stringList({
      description:
        'Words of `understood` that were meant as words: nothing is read from them. Upper case and blanks make no difference; at most 20.',
    }),
    textWeight: t.float({
      defaultValue: SEARCH_DEFAULTS.textWeight,
      description: 'Share of the text when both are given, 0 to 1.',
    }),
    semanticRatio: t.float({
      defaultValue: SEARCH_DEFAULTS.semanticRatio,
      description: 'HYBRID: share of the vector list against the lexical one, 0 to 1.',
    }),
    mode: t.field({
      type: SearchMode,
      description: 'What to compare. Default: HYBRID where there is text, VECTOR otherwise.',
    }),
  }),
});

export const ProductEdge = builder.objectRef<SearchHit>('ProductEdge').implement({
  description: 'A product found, and how well it matches.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Pass it as `after` to go on behind this product.' }),
    node: t.field({ type: Product, description: 'The product.', resolve: ({ product }) => product }),
    score: t.exposeFloat('score', {
      description: 'Relevance that the ranking used; higher is better; comparable within one response only.',
    }),
    similarity: t.exposeFloat('similarity', {
      nullable: true,
      description:
        "Cosine similarity, -1 to 1, of the query and the product's image; null when only the words matched.",
    }),
    matchedImageUrl: t.expose('matchedImageUrl', {
      type: 'URL',
      nullable: true,
      description: 'Which of its images is most like the query; null where `similarity` is.',
    }),
  }),
});

const PageInfo = builder.objectRef<SearchResult>('PageInfo').implement({
  description: 'Where this page lies in the list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether more products follow.' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Whether products lie before this page.' }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first product; null on an empty page.',
      resolve: ({ hits }) => hits.at(0)?.cursor ?? null,
    }),
    endCursor: t.string({
      nullable: true,
      description: 'Cursor of the last product; null on an empty page.',
      resolve: ({ hits }) => hits.at(-1)?.cursor ?? null,
    }),
  }),
});

const SearchTimingType = builder.objectRef<SearchTiming>('SearchTiming').implement({
  description:
    'Milliseconds spent, so that a slow search explains itself. An answer from the cache shows those of the search that made it.',
  fields: (t) => ({
    fetch: t.exposeFloat('fetch', { description: 'Fetching the image.' }),
    embed: t.exposeFloat('embed', { description: 'Embedding the text or the image, waiting in the queue included.' }),
    search: t.exposeFloat('search', { description: 'Searching the vector store.' }),
    total: t.exposeFloat('total', { description: 'All of it.' }),
  }),
});

const FacetBucket = builder.objectRef<CountedBucket>('FacetBucket').implement({
  description: 'A value, and how many products have it.',
  fields: (t) => ({
    value: t.exposeString('value', {
      description: 'The category, the value of the attribute, `true` or `false`, or a range of prices such as `20-50`.',
    }),
    count: t.exposeInt('count', { description: 'How many products have it.' }),
    selected: t.exposeBoolean('selected', { description: 'Whether the filter asks for it.' }),
    min: t.exposeFloat('min', { nullable: true, description: 'Of a range of prices: its lowest, which is in it.' }),
    max: t.exposeFloat('max', { nullable: true, description: 'Of a range of prices: its end, which is not in it.' }),
  }),
});

const Facet = builder.objectRef<CountedFacet>('Facet').implement({
  description: 'What the products that match have in common, and how many of them have it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`category`, `price`, `inStock`, or the name of an attribute.' }),
    buckets: t.field({
      type: [FacetBucket],
      description:
        'The values, most products first, those that the filter asks for always among them; prices in their order.',
      resolve: ({ buckets }) => buckets,
    }),
    otherCount: t.exposeInt('otherCount', { description: 'Products in buckets that were left out.' }),
  }),
});

const UnderstoodType = builder.objectRef<Understood>('Understood').implement({
  description: 'A condition that was read from the text. To take it back, pass its words as `leaveAlone`.',
  fields: (t) => ({
    words: t.exposeString('words', { description: 'What it was read from, as it was typed: `not leather`.' }),
    field: t.exposeString('field', {
      description:
        '`price`, `inStock`, `category`, the name of an attribute, or `text` for a word that is steered away from as by `exclude`.',
    }),
    label: t.exposeString('label', { description: 'What it says, to be shown: `under 50`, `red`, `not leather`.' }),
    negated: t.exposeBoolean('negated', { description: 'Whether this is what is not wanted.' }),
    min: t.exposeFloat('min', { nullable: true, description: 'Of prices: the lowest, which is in it.' }),
    max: t.exposeFloat('max', { nullable: true, description: 'Of prices: the highest, which is in it.' }),
    value: t.exposeString('value', {
      nullable: true,
      description:
        'The category, the value of the attribute, `true` or `false` of stock, or the word; null for prices.',
    }),
  }),
});

const ProductConnection = builder.objectRef<SearchResult>('ProductConnection').implement({
  description: 'A page of products in the order asked for, and what is counted over all that match.',
  fields: (t) => ({
    edges: t.field({ type: [ProductEdge], description: 'Products with scores.', resolve: ({ hits }) => hits }),
    nodes: t.field({
      type: [Product],
      description: 'The products alone.',
      resolve: ({ hits }) => hits.map(({ product }) => product),
    }),
    pageInfo: t.field({ type: PageInfo, description: 'Where this page lies.', resolve: (result) => result }),
    totalCount: t.int({
      description: 'How many products satisfy the filter (not the query).',
      resolve: totalCount,
    }),
    matchCount: t.int({
      description:
        'How many products this search lists in all, from the first page to the last: they satisfy the filter and reach `minRelevance` and `minSimilarity`. Pages end at 10,000.',
      resolve: matchCount,
    }),
    correctedText: t.exposeString('correctedText', {
      nullable: true,
      description: 'The text as its words were searched, where some of them were mended; null otherwise.',
    }),
    facets: t.field({
      type: [Facet],
      description:
        'Counted over the products that `matchCount` counts; each facet leaves out its own condition of the filter, so that a shopper can widen it.',
      args: {
        names: t.arg.stringList({
          description: '`category`, `price`, `inStock`, or names of attributes, at most 50; all when left out.',
        }),
        maxBuckets: t.arg.int({
          defaultValue: SEARCH_DEFAULTS.maxBuckets,
          description: 'The most values that one facet lists, 1 to 100, beside those that the filter asks for.',
        }),
      },
      resolve: facets,
    }),
    understood: t.field({
      type: [UnderstoodType],
      description:
        'Conditions that were read from the text, in its order, each to be shown and taken back; none without `understand`.',
      resolve: ({ understood }) => understood,
    }),
    timing: t.expose('timing', { type: SearchTimingType, description: 'What this search spent its time on.' }),
  }),
});

const DistinctBy = builder.inputType('DistinctBy', {
  description:
    'Variants collapse: only so many products of each value of an attribute are listed and counted, the first in the order asked for.',
  fields: (t) => ({
    attribute: t.string({
      required: true,
      description:
        'The attribute that variants share, such as `model`. A product that lacks it stands for itself; of several values its first counts.',
    }),
    max: t.int({
      defaultValue: SEARCH_DEFAULTS.distinctMax,
      description: 'The most products of one value, 1 to 10.',
    }),
  }),
});

builder.queryField('searchProducts', (t) =>
  t.field({
    type: ProductConnection,
    description:
      'Products that best match a text, an image, a product, or a text and one of these; without a query, those of the filter.',
    args: {
      query: t.arg({
        type: SearchInput,
        description: 'What to look for. When left out, the products of the filter are listed, the newest first.',
      }),
      filter: t.arg({ type: ProductFilter, description: 'Which products to consider; all when left out.' }),
      first: t.arg.int({ defaultValue: SEARCH_DEFAULTS.first, description: 'How many products, 1 to 100.' }),
      after: t.arg.string({ description: 'A cursor of the same query: go on behind that product.' }),
      sort: t.arg({
        type: ProductSort,
        defaultValue: SEARCH_DEFAULTS.sort,
        description: 'The order of the products that match.',
      }),
      minSimilarity: t.arg.float({
        description:
          'Drop hits whose cosine similarity is lower, and those that only the words matched. Not with mode LEXICAL.',
      }),
      minRelevance: t.arg.float({
        description:
          'Share of the best score below which a product does not match, 0 to 1. Default: 0.5 with words in play (LEXICAL, HYBRID), 0 in VECTOR, where all that satisfy the filter match.',
      }),
      diversity: t.arg.float({
        description:
          'Variety, 0 to 1: how much the best 100 are kept from looking alike, against how relevant they are (maximal marginal relevance). 0 when left out. Needs a query and the order RELEVANCE; `score` does not fall evenly then.',
      }),
      distinctBy: t.arg({
        type: DistinctBy,
        description: 'Lists only so many products of each value of an attribute; `matchCount` and facets count those.',
      }),
    },
    extensions: { policy: { scope: 'search', budget: 'searches', cached: true } },
    ...checked(searchRequestSchema, searchProducts),
  }),
);
