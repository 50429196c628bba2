import { useState } from 'react';
import { Filters } from './filters.tsx';
import { Header } from './header.tsx';
import { ImageQuery } from './image-query.tsx';
import { listKey, useSearch } from './navigation.ts';
import { PhotoDrop } from './photo-drop.tsx';
import { ProductPanel } from './product-panel.tsx';
import { Results } from './results.tsx';
import { hasFilter, hasImage, hasQuery } from './search.ts';
import { useSearchResult } from './use-search-result.ts';
import { Welcome } from './welcome.tsx';

/** The whole shop: one page, whose address says what is on it. */
export function App() {
  const search = useSearch();
  const result = useSearchResult(search);
  const [areFiltersOpen, setFiltersOpen] = useState(false);
  // While another search runs, the list stays that of the one before; then it is replaced, and no product has to move.
  const [answered, setAnswered] = useState(search);
  if (!result.isOld && answered !== search) setAnswered(search);
  return (
    <>
      <a className="skip" href="#products">
        Skip to the products
      </a>
      <Header search={search} />
      {!hasQuery(search) && !hasFilter(search) && <Welcome />}
      {hasImage(search) && <ImageQuery search={search} photo={result.photo} />}
      <div className="layout">
        <Filters
          search={search}
          facets={result.found?.facets}
          understood={result.found?.understood ?? []}
          matchCount={result.found?.matchCount}
          isWaiting={result.isOld}
          isOpen={areFiltersOpen}
          close={() => setFiltersOpen(false)}
        />
        <main id="products" tabIndex={-1}>
          <Results key={listKey(answered)} search={answered} result={result} openFilters={() => setFiltersOpen(true)} />
        </main>
      </div>
      {search.product !== undefined && <ProductPanel key={search.product} id={search.product} />}
      <PhotoDrop />
    </>
  );
}
