import { suggest } from '../resolvers/suggest.ts';
import type { QuerySuggestion, Suggestions } from '../services/suggest/suggest.ts';
import { SUGGEST_DEFAULTS, suggestRequestSchema } from '../services/suggest/suggest-request.ts';
import { builder, checked } from './builder.ts';
import { ProductFilter } from './filter.ts';
import { Product } from './product.ts';
import { CategoryCount } from './stats.ts';

const QuerySuggestionType = builder.objectRef<QuerySuggestion>('QuerySuggestion').implement({
  description: 'What somebody may go on to type.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'What was typed, in lower case, with its last word completed.' }),
    matchCount: t.exposeInt('matchCount', {
      description:
        'How many products of the filter have all of its words, in any of their texts. A search lists more, where some of the words or the looks are enough.',
    }),
  }),
});

const SuggestPayload = builder.objectRef<Suggestions>('SuggestPayload').implement({
  description: 'What fits what somebody has typed so far, all of it within the filter.',
  fields: (t) => ({
    queries: t.field({
      type: [QuerySuggestionType],
      description:
        'Completions that at least one product matches, most products first. Behind a blank: categories and attribute values that go with the words before it.',
      resolve: ({ queries }) => queries,
    }),
    products: t.field({
      type: [Product],
      description: 'Products whose names have all that was typed, at most 4.',
      resolve: ({ products }) => products,
    }),
    categories: t.expose('categories', {
      type: [CategoryCount],
      description:
        'Categories whose names have the last word, at most 4, with how many products of the filter are in them.',
    }),
  }),
});

builder.queryField('suggest', (t) =>
  t.field({
    type: SuggestPayload,
    description: 'Completes what somebody types, by words and values of the catalogue.',
    args: {
      prefix: t.arg.string({
        required: true,
        description:
          'What was typed so far, at most 100 characters: `red dr`. A blank at the end asks for a next word.',
      }),
      filter: t.arg({ type: ProductFilter, description: 'Which products to consider; all when left out.' }),
      first: t.arg.int({ defaultValue: SUGGEST_DEFAULTS.first, description: 'How many completions, 1 to 20.' }),
    },
    extensions: { policy: { scope: 'search', budget: 'searches', cached: true } },
    ...checked(suggestRequestSchema, suggest),
  }),
);
