import { useEffect, useRef } from 'react';
import { FacetGroup } from './facet-group.tsx';
import { formatCount } from './format.ts';
import { Icon } from './icons.tsx';
import { go } from './navigation.ts';
import { PriceSlider } from './price-slider.tsx';
import { hasFilter, hasQuery, NO_FILTER, type Search, toggled } from './search.ts';
import { SteerAway } from './steer-away.tsx';
import type { Found } from './use-search-result.ts';

interface FiltersProps {
  search: Search;
  facets: Found['facets'] | undefined;
  understood: Found['understood'];
  matchCount: number | undefined;
  isWaiting: boolean;
  /** On a phone they are a sheet of its own. */
  isOpen: boolean;
  close(): void;
}

/** Those that a shopper looks for first; whatever else the catalogue has comes behind. */
const ORDER = ['category', 'color', 'kind', 'gender', 'material'];
const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** The change that ticks a value, or takes it back; one that was read from the words is taken back as a chip would be. */
function toggle(search: Search, understood: Found['understood'], name: string, value: string): Partial<Search> {
  const read = understood.find((condition) => condition.field === name && condition.value === value);
  if (read && !read.negated) return { leaveAlone: [...search.leaveAlone, read.words] };
  if (name === 'category') return { categories: toggled(search.categories, value) };
  const values = toggled(search.attributes[name] ?? [], value);
  return { attributes: { ...search.attributes, [name]: values } };
}

/** What narrows the list: beside it on a desk, in a sheet on a phone. */
export function Filters({ search, facets, understood, matchCount, isWaiting, isOpen, close }: FiltersProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    panel.current?.querySelector('button')?.focus();
    const closeByKey = (event: KeyboardEvent) => event.key === 'Escape' && close();
    addEventListener('keydown', closeByKey);
    return () => removeEventListener('keydown', closeByKey);
  }, [isOpen, close]);

  const groups = (facets ?? [])
    .filter(({ name, buckets }) => name !== 'price' && name !== 'inStock' && buckets.length > 0)
    .toSorted((a, b) => rank(a.name) - rank(b.name));
  const price = facets?.find(({ name }) => name === 'price');
  const stock = facets?.find(({ name }) => name === 'inStock')?.buckets.find(({ value }) => value === 'true');

  return (
    <aside ref={panel} id="filters" className={isOpen ? 'filters filters-open' : 'filters'} aria-label="Filters">
      <div className="filters-head">
        <h2>Filters</h2>
        {hasFilter(search) && (
          <button type="button" className="link" onClick={() => go(NO_FILTER)}>
            Clear all
          </button>
        )}
        <button type="button" className="icon-button only-sheet" aria-label="Close the filters" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {facets === undefined && isWaiting && <div className="skeleton filters-skeleton" />}
      {facets && (
        <>
          <PriceSlider search={search} buckets={price?.buckets ?? []} />
          <label className="check">
            <input
              type="checkbox"
              checked={search.inStock}
              onChange={({ target }) => go({ inStock: target.checked })}
            />
            <span>In stock</span>
            <span className="quiet count">{stock?.count ?? 0}</span>
          </label>
          {hasQuery(search) && <SteerAway key={search.exclude} exclude={search.exclude} />}
          {groups.map((facet) => (
            <FacetGroup
              key={facet.name}
              facet={facet}
              toggle={(value) => go(toggle(search, understood, facet.name, value))}
            />
          ))}
        </>
      )}
      <button type="button" className="button only-sheet filters-done" onClick={close}>
        Show {formatCount(matchCount ?? 0, 'product')}
      </button>
    </aside>
  );
}
