import { useState } from 'react';
import { toLabel } from './format.ts';
import type { Found } from './use-search-result.ts';

type Facet = Found['facets'][number];

const SHORT = 6;
const SWATCHED = new Set(['color', 'colour']);

/** The values of one facet with how many products have each; a few at first. */
export function FacetGroup({ facet, toggle }: { facet: Facet; toggle(value: string): void }) {
  const [isLong, setLong] = useState(false);
  const { name, buckets, otherCount } = facet;
  const shown = isLong ? buckets : buckets.filter(({ selected }, index) => selected || index < SHORT);
  const rest = buckets.length - shown.length;
  return (
    <fieldset className="facet">
      <legend>{toLabel(name)}</legend>
      {shown.map(({ value, count, selected }) => (
        <label key={value} className="check">
          <input type="checkbox" checked={selected} onChange={() => toggle(value)} />
          {SWATCHED.has(name) && <Swatch color={value} />}
          <span>{toLabel(value)}</span>
          <span className="quiet count">{count}</span>
        </label>
      ))}
      {rest > 0 && (
        <button type="button" className="link" onClick={() => setLong(true)}>
          {rest} more<span className="unseen"> of {name}</span>
        </button>
      )}
      {isLong && otherCount > 0 && <p className="quiet small">{otherCount} products have other values.</p>}
    </fieldset>
  );
}

/** A dot in a colour that has a name: `navy blue` as `navy`. One that browsers do not know stays a ring. */
function Swatch({ color }: { color: string }) {
  const known = [color.replaceAll(' ', ''), ...color.split(' ')].find((name) => CSS.supports('color', name));
  return <span className="swatch" style={{ background: known ?? 'transparent' }} />;
}
