import { formatCount, imageSource, toLabel } from './format.ts';
import type { Suggestion } from './use-suggestions.ts';

interface SuggestionListProps {
  /** That of the list; the options have it with their number behind. */
  id: string;
  suggestions: readonly Suggestion[];
  active: number;
  typed: string;
  choose(suggestion: Suggestion): void;
}

/** What the search field offers below it. The keyboard stays in the field; the pointer may choose here. */
export function SuggestionList({ id, suggestions, active, typed, choose }: SuggestionListProps) {
  return (
    <div id={id} className="suggestions" role="listbox" aria-label="Suggestions" hidden={suggestions.length === 0}>
      {suggestions.map((suggestion, index) => (
        // The field has the focus and moves through these by aria-activedescendant.
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        <div
          key={keyOf(suggestion)}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={`suggestion suggestion-${suggestion.kind}`}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(suggestion)}
        >
          <Content suggestion={suggestion} typed={typed} />
        </div>
      ))}
    </div>
  );
}

function Content({ suggestion, typed }: { suggestion: Suggestion; typed: string }) {
  if (suggestion.kind === 'product') {
    return (
      <>
        <img src={imageSource(suggestion.imageUrl)} alt="" width="40" height="40" />
        <span>{suggestion.name}</span>
      </>
    );
  }
  const text = suggestion.kind === 'query' ? suggestion.text : toLabel(suggestion.category);
  const isContinued = suggestion.kind === 'query' && text.startsWith(typed.toLowerCase());
  return (
    <>
      <span>
        {isContinued ? (
          <>
            {text.slice(0, typed.length)}
            <b>{text.slice(typed.length)}</b>
          </>
        ) : (
          <b>{text}</b>
        )}
        {suggestion.kind === 'category' && <span className="quiet"> · category</span>}
      </span>
      <span className="quiet">{formatCount(suggestion.count, 'product')}</span>
    </>
  );
}

function keyOf(suggestion: Suggestion): string {
  if (suggestion.kind === 'query') return `query ${suggestion.text}`;
  if (suggestion.kind === 'category') return `category ${suggestion.category}`;
  return `product ${suggestion.id}`;
}
