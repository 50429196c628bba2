import { formatCount } from './format.ts';
import type { ProductSort } from './gql/graphql.ts';
import { Icon } from './icons.tsx';
import { go } from './navigation.ts';
import { hasQuery, type Search } from './search.ts';

interface ToolbarProps {
  search: Search;
  matchCount: number;
  openFilters(): void;
}

const SORTS: Readonly<Record<ProductSort, string>> = {
  RELEVANCE: 'Best match',
  PRICE_ASC: 'Price: low to high',
  PRICE_DESC: 'Price: high to low',
  NEWEST: 'Newest',
};
const isSort = (value: string): value is ProductSort => Object.hasOwn(SORTS, value);

/** How many there are, in which order, and how they are laid out. */
export function Toolbar({ search, matchCount, openFilters }: ToolbarProps) {
  const canVary = hasQuery(search) && search.sort === 'RELEVANCE';
  return (
    <div className="toolbar">
      <p className="toolbar-count" role="status">
        {formatCount(matchCount, 'product')}
        {search.text !== '' && <span className="quiet"> for “{search.text}”</span>}
      </p>
      <button type="button" className="pill only-narrow" aria-controls="filters" onClick={openFilters}>
        <Icon name="filters" /> Filters
      </button>
      <Switch label="One of each kind" isOn={search.collapsed} turn={(collapsed) => go({ collapsed })} />
      {canVary && <Switch label="More variety" isOn={search.varied} turn={(varied) => go({ varied })} />}
      <label className="sort">
        <span className="unseen">Sort by</span>
        <select value={search.sort} onChange={({ target }) => isSort(target.value) && go({ sort: target.value })}>
          {Object.entries(SORTS).map(([sort, label]) => (
            <option key={sort} value={sort}>
              {sort === 'RELEVANCE' && !hasQuery(search) ? 'Featured' : label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Switch({ label, isOn, turn }: { label: string; isOn: boolean; turn(isOn: boolean): void }) {
  return (
    <button type="button" className="pill" aria-pressed={isOn} onClick={() => turn(!isOn)}>
      {label}
    </button>
  );
}
