import type { ReactNode } from 'react';
import { toLabel } from './format.ts';
import { Icon } from './icons.tsx';
import { go } from './navigation.ts';
import { NO_IMAGE, type Search, toggled } from './search.ts';
import type { Found } from './use-search-result.ts';

/** All that narrows the list, as chips to take back: read from the words, ticked, or steered away from. */
export function Conditions({ search, understood }: { search: Search; understood: Found['understood'] }) {
  const { categories, attributes, exclude, minPrice, maxPrice, inStock, leaveAlone } = search;
  const chips: ReactNode[] = [
    ...understood.map(({ words, label }) => (
      <Chip
        key={`read ${words}`}
        isRead
        label={label}
        title={`Read from “${words}”. Take it back to search for the words.`}
        remove={() => go({ leaveAlone: [...leaveAlone, words] })}
      />
    )),
    ...leaveAlone.map((words) => (
      <button
        key={`left ${words}`}
        type="button"
        className="chip chip-left"
        title="These are words now. Press to read a condition from them again."
        onClick={() => go({ leaveAlone: leaveAlone.filter((other) => other !== words) })}
      >
        “{words}” as words <Icon name="undo" />
      </button>
    )),
    ...categories.map((category) => (
      <Chip
        key={`category ${category}`}
        label={toLabel(category)}
        remove={() => go({ categories: toggled(categories, category) })}
      />
    )),
    ...Object.entries(attributes).flatMap(([name, values]) =>
      values.map((value) => (
        <Chip
          key={`${name} ${value}`}
          label={toLabel(value)}
          remove={() => go({ attributes: { ...attributes, [name]: toggled(values, value) } })}
        />
      )),
    ),
  ];
  if (minPrice !== undefined || maxPrice !== undefined) {
    const label = [minPrice !== undefined && `from ${minPrice}`, maxPrice !== undefined && `up to ${maxPrice}`];
    const remove = () => go({ minPrice: undefined, maxPrice: undefined });
    chips.push(<Chip key="price" label={label.filter(Boolean).join(' ')} remove={remove} />);
  }
  if (inStock) chips.push(<Chip key="stock" label="In stock" remove={() => go({ inStock: false })} />);
  if (exclude !== '')
    chips.push(<Chip key="exclude" label={`rather not ${exclude}`} remove={() => go({ exclude: '' })} />);
  if (search.photo ?? search.imageUrl) chips.push(<Chip key="image" label="your photo" remove={() => go(NO_IMAGE)} />);
  if (chips.length === 0) return null;
  return (
    <fieldset className="chips">
      <legend className="unseen">What is asked for</legend>
      {chips}
    </fieldset>
  );
}

interface ChipProps {
  label: string;
  isRead?: boolean;
  title?: string;
  remove(): void;
}

function Chip({ label, isRead = false, title, remove }: ChipProps) {
  return (
    <button
      type="button"
      className={isRead ? 'chip chip-read' : 'chip'}
      title={title}
      aria-label={`Remove ${label}`}
      onClick={remove}
    >
      {label} <Icon name="close" />
    </button>
  );
}
