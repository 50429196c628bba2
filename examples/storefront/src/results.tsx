import { useState } from 'react';
import { Conditions } from './conditions.tsx';
import { Correction } from './correction.tsx';
import { Failure } from './failure.tsx';
import { HowFound } from './how-found.tsx';
import { MorePages } from './more-pages.tsx';
import { currentStep, rememberPages } from './navigation.ts';
import { NothingFound, PhotoMissing } from './nothing-found.tsx';
import { ProductCard } from './product-card.tsx';
import { hasImage, type Search } from './search.ts';
import { SkeletonGrid } from './skeleton-grid.tsx';
import { Toolbar } from './toolbar.tsx';
import type { SearchState } from './use-search-result.ts';

interface ResultsProps {
  search: Search;
  result: SearchState;
  openFilters(): void;
}

/** The products of a search and all that is said about them. It is made anew for each search. */
export function Results({ search, result, openFilters }: ResultsProps) {
  const { found, isOld, error, variables } = result;
  const [pages, setPages] = useState(() => currentStep().pages);
  const showMore = () => {
    rememberPages(pages + 1);
    setPages(pages + 1);
  };
  if (result.isPhotoMissing) return <PhotoMissing />;
  if (error && !isOld) return <Failure error={error} search={search} retry={result.retry} />;
  if (found === undefined) return <SkeletonGrid />;
  const { edges, pageInfo, matchCount } = found;
  return (
    <div className={isOld ? 'results results-old' : 'results'} aria-busy={isOld}>
      <Toolbar search={search} matchCount={matchCount} openFilters={openFilters} />
      <Correction search={search} correctedText={found.correctedText ?? undefined} />
      <Conditions search={search} understood={found.understood} />
      <HowFound search={search} result={result} />
      {matchCount === 0 && <NothingFound search={search} understood={found.understood} />}
      <ul className="grid" aria-label="Products">
        {edges.map((edge, index) => (
          <ProductCard key={edge.node.id} edge={edge} isFirst={index < 8} isByLooks={hasImage(search)} />
        ))}
        {pageInfo.hasNextPage && !isOld && (
          <MorePages
            variables={variables}
            after={pageInfo.endCursor ?? ''}
            pages={pages - 1}
            isByLooks={hasImage(search)}
            showMore={showMore}
          />
        )}
      </ul>
    </div>
  );
}
