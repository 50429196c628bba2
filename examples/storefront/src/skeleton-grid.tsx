const CARDS = 12;

/** The list before it is there, in the places that it will take. */
export function SkeletonGrid() {
  return (
    <div className="results" aria-busy="true">
      <div className="toolbar">
        <p className="skeleton skeleton-line" role="status" aria-label="Looking for products" />
      </div>
      <ul className="grid" aria-hidden="true">
        <SkeletonCards count={CARDS} />
      </ul>
    </div>
  );
}

/** Places of products to come, inside of a grid. */
export function SkeletonCards({ count }: { count: number }) {
  return Array.from({ length: count }, (_, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
    <li key={place} className="card" aria-hidden="true">
      <span className="tile skeleton" />
      <span className="card-name skeleton skeleton-line">&nbsp;</span>
      <span className="card-price">&nbsp;</span>
    </li>
  ));
}
