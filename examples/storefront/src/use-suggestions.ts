import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { SuggestQuery } from './operations.ts';
import { useDebounced } from './use-debounced.ts';

export type Suggestion =
  | { kind: 'query'; text: string; count: number }
  | { kind: 'category'; category: string; count: number }
  | { kind: 'product'; id: string; name: string; imageUrl: string };

const DELAY_MS = 80;
/** What the API completes at most. */
const MAX_PREFIX = 100;

/** Completions of what is typed, in the order they are shown; none while nothing is typed or nobody asks. */
export function useSuggestions(typed: string, isWanted: boolean): Suggestion[] {
  const [prefix, setPrefix] = useState('');
  const { later } = useDebounced(setPrefix, DELAY_MS);
  useEffect(() => {
    if (isWanted) later(typed.trimStart().slice(0, MAX_PREFIX));
  });
  const isPaused = !isWanted || prefix.trim() === '';
  const [{ data }] = useQuery({ query: SuggestQuery, variables: { prefix }, pause: isPaused });
  if (isPaused || typed.trim() === '' || !data) return [];
  const { queries, categories, products } = data.suggest;
  return [
    ...queries.map(({ text, matchCount }): Suggestion => ({ kind: 'query', text, count: matchCount })),
    ...categories.map(({ category, count }): Suggestion => ({ kind: 'category', category, count })),
    ...products.map(({ id, name, imageUrl }): Suggestion => ({ kind: 'product', id, name, imageUrl })),
  ];
}
