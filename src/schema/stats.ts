import { collectionStats } from '../resolvers/stats.ts';
import type { CollectionStats as CollectionStatsShape } from '../services/health/collection-stats.ts';
import { builder } from './builder.ts';

export const CategoryCount = builder.objectRef<CollectionStatsShape['categories'][number]>('CategoryCount').implement({
  description: 'A category and its size.',
  fields: (t) => ({
    category: t.exposeString('category', { description: 'The category.' }),
    count: t.exposeInt('count', { description: 'How many products are in it.' }),
  }),
});

const CollectionStats = builder.objectRef<CollectionStatsShape>('CollectionStats').implement({
  description: 'What the collection holds.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'The collection as the store names it: base name, model, digest of its files, dimension.',
    }),
    backend: t.exposeString('backend', { description: '`qdrant` or `sqlite`.' }),
    productCount: t.exposeInt('productCount', { description: 'How many products there are.' }),
    dimension: t.exposeInt('dimension', { description: 'Length of the vectors.' }),
    distance: t.exposeString('distance', { description: 'How vectors are compared.' }),
    model: t.exposeString('model', { description: 'The model whose vectors these are.' }),
    categories: t.expose('categories', { type: [CategoryCount], description: 'Categories, largest first.' }),
    priceMin: t.exposeFloat('priceMin', { nullable: true, description: 'Lowest price; null in an empty collection.' }),
    priceMax: t.exposeFloat('priceMax', { nullable: true, description: 'Highest price; null in an empty collection.' }),
  }),
});

builder.queryField('collectionStats', (t) =>
  t.field({
    type: CollectionStats,
    description: 'What the collection holds.',
    extensions: { policy: { scope: 'search', budget: 'searches', cached: true } },
    resolve: collectionStats,
  }),
);
