import { useState } from 'react';
import { useQuery } from 'urql';
import { go } from './navigation.ts';
import { PricesQuery } from './operations.ts';
import type { Search } from './search.ts';
import { useDebounced } from './use-debounced.ts';
import type { Found } from './use-search-result.ts';

type Buckets = Found['facets'][number]['buckets'];

const DELAY_MS = 200;

/**
 * The lowest and the highest price, each by a knob. Prices lie close together at the low end, so the way of the knobs is
 * that of the square root. Above it, how many products cost so much.
 */
export function PriceSlider({ search, buckets }: { search: Search; buckets: Buckets }) {
  const [{ data }] = useQuery({ query: PricesQuery });
  const lowest = Math.floor(data?.collectionStats.priceMin ?? 0);
  const highest = Math.ceil(data?.collectionStats.priceMax ?? 100);
  const given = { low: search.minPrice ?? lowest, high: search.maxPrice ?? highest };
  const [dragged, setDragged] = useState<typeof given>();
  const { low, high } = dragged ?? given;
  const { later } = useDebounced((price: typeof given) => {
    setDragged(undefined);
    go({
      minPrice: price.low > lowest ? price.low : undefined,
      maxPrice: price.high < highest ? price.high : undefined,
    });
  }, DELAY_MS);

  const toPlace = (price: number) => Math.sqrt((price - lowest) / Math.max(highest - lowest, 1)) * 100;
  const toPrice = (place: number) => Math.round(lowest + (place / 100) ** 2 * (highest - lowest));
  const drag = (price: Partial<typeof given>) => {
    const next = { low, high, ...price };
    setDragged(next);
    later(next);
  };
  return (
    <fieldset className="facet price">
      <legend>Price</legend>
      <Histogram buckets={buckets} toPlace={toPlace} lowest={lowest} highest={highest} />
      <div className="price-track">
        <div
          className="price-span"
          style={{ left: `${toPlace(low)}%`, right: `${100 - toPlace(high)}%` }}
          aria-hidden="true"
        />
        <input
          type="range"
          step="1"
          disabled={!data}
          aria-label="Lowest price"
          aria-valuetext={String(low)}
          value={toPlace(low)}
          onChange={({ target }) => drag({ low: Math.min(toPrice(target.valueAsNumber), high) })}
        />
        <input
          type="range"
          step="1"
          disabled={!data}
          aria-label="Highest price"
          aria-valuetext={String(high)}
          value={toPlace(high)}
          onChange={({ target }) => drag({ high: Math.max(toPrice(target.valueAsNumber), low) })}
        />
      </div>
      <p className="row small">
        <span>{data ? low : '…'}</span>
        <span>{data ? high : '…'}</span>
      </p>
    </fieldset>
  );
}

interface HistogramProps {
  buckets: Buckets;
  lowest: number;
  highest: number;
  toPlace(price: number): number;
}

function Histogram({ buckets, lowest, highest, toPlace }: HistogramProps) {
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  return (
    <div className="histogram" aria-hidden="true">
      {buckets.map(({ value, count, min, max }) => {
        const left = toPlace(Math.max(min ?? lowest, lowest));
        const right = toPlace(Math.min(max ?? highest, highest));
        return (
          <span
            key={value}
            style={{ left: `${left}%`, width: `${Math.max(right - left, 1)}%`, height: `${(count / most) * 100}%` }}
          />
        );
      })}
    </div>
  );
}
