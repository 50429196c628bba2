import { useEffect, useEffectEvent, useRef } from 'react';
import { useQuery } from 'urql';
import type { SearchQueryVariables } from './gql/graphql.ts';
import { MoreQuery } from './operations.ts';
import { ProductCard } from './product-card.tsx';
import { SkeletonCards } from './skeleton-grid.tsx';

interface MorePagesProps {
  variables: SearchQueryVariables;
  /** Cursor of the last product before these. */
  after: string;
  /** How many pages to show from here on. */
  pages: number;
  isByLooks: boolean;
  showMore(): void;
}

/** The pages behind a cursor, one after the other, and behind the last one what brings the next. */
export function MorePages({ variables, after, pages, isByLooks, showMore }: MorePagesProps) {
  const [{ data, error }, execute] = useQuery({
    query: MoreQuery,
    variables: { ...variables, after },
    pause: pages < 1,
  });
  if (pages < 1) return <NextPage showMore={showMore} />;
  if (error) {
    return (
      <li className="more">
        <p>The next products could not be loaded.</p>
        <button type="button" className="button" onClick={() => execute({ requestPolicy: 'network-only' })}>
          Try again
        </button>
      </li>
    );
  }
  if (!data) return <SkeletonCards count={variables.first} />;
  const { edges, pageInfo } = data.searchProducts;
  return (
    <>
      {edges.map((edge) => (
        <ProductCard key={edge.node.id} edge={edge} isFirst={false} isByLooks={isByLooks} />
      ))}
      {pageInfo.hasNextPage && (
        <MorePages
          variables={variables}
          after={pageInfo.endCursor ?? ''}
          pages={pages - 1}
          isByLooks={isByLooks}
          showMore={showMore}
        />
      )}
    </>
  );
}

/** Brings the next page as soon as it comes near; a button for whoever does not scroll. */
function NextPage({ showMore }: { showMore(): void }) {
  const place = useRef<HTMLLIElement>(null);
  const comeNear = useEffectEvent(showMore);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) comeNear();
      },
      { rootMargin: '600px' },
    );
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <li ref={place} className="more">
      <button type="button" className="button button-plain" onClick={showMore}>
        Show more products
      </button>
    </li>
  );
}
