import { useEffect, useState } from 'react';
import { type CombinedError, useQuery } from 'urql';
import type { SearchQueryVariables, SearchQuery as SearchResult } from './gql/graphql.ts';
import { SearchQuery } from './operations.ts';
import { loadPhoto } from './photos.ts';
import { type Search, toVariables } from './search.ts';

export type Found = SearchResult['searchProducts'];

/** How a search is going. While another one runs, `found` is that of the one before, and `isOld`. */
export interface SearchState {
  found: Found | undefined;
  variables: SearchQueryVariables;
  photo: File | undefined;
  /** The address names a photo that this device does not have. */
  isPhotoMissing: boolean;
  isOld: boolean;
  error: CombinedError | undefined;
  retry(): void;
}

/** Asks for the first page of a search. */
export function useSearchResult(search: Search): SearchState {
  const { photo, isLoading, isMissing } = usePhoto(search.photo);
  const variables = toVariables(search, photo);
  const [{ data, fetching, stale, error }, execute] = useQuery({
    query: SearchQuery,
    variables,
    pause: isLoading || isMissing,
  });
  const isWaiting = fetching || stale || isLoading;
  return {
    found: isMissing ? undefined : data?.searchProducts,
    variables,
    photo,
    isPhotoMissing: isMissing,
    isOld: isWaiting,
    error: isWaiting || isMissing ? undefined : error,
    retry: () => execute({ requestPolicy: 'network-only' }),
  };
}

function usePhoto(id: string | undefined) {
  const [loaded, setLoaded] = useState<{ id: string; photo: File | undefined }>();
  useEffect(() => {
    let isWanted = true;
    if (id !== undefined) loadPhoto(id).then((photo) => isWanted && setLoaded({ id, photo }));
    return () => {
      isWanted = false;
    };
  }, [id]);
  const isLoading = id !== undefined && loaded?.id !== id;
  const photo = isLoading || id === undefined ? undefined : loaded?.photo;
  return { photo, isLoading, isMissing: id !== undefined && !isLoading && photo === undefined };
}
