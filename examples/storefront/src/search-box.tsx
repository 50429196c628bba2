import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { Icon } from './icons.tsx';
import { go } from './navigation.ts';
import type { Search } from './search.ts';
import { SuggestionList } from './suggestion-list.tsx';
import { useDebounced } from './use-debounced.ts';
import { type Suggestion, useSuggestions } from './use-suggestions.ts';

const SEARCH_DELAY_MS = 220;

/** The search field: finds while somebody types, and completes what they type (an ARIA combobox). */
export function SearchBox({ search }: { search: Search }) {
  const [typed, setTyped] = useState(search.text);
  const [shown, setShown] = useState(search.text);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  /** Whether a step of the history stands for what is being typed, so that each letter need not be one. */
  const isTyping = useRef(false);
  const listId = useId();
  const { later, cancel } = useDebounced((text: string) => find(text), SEARCH_DELAY_MS);
  const suggestions = useSuggestions(typed, isOpen);

  // What the address says goes into the field, but never over what is being typed.
  if (search.text !== shown) {
    setShown(search.text);
    if (search.text !== typed.trim()) setTyped(search.text);
  }

  function find(text: string, change: Partial<Search> = {}) {
    cancel();
    go(
      { text: text.trim(), leaveAlone: [], asTyped: false, product: undefined, ...change },
      { replace: isTyping.current },
    );
    isTyping.current = true;
  }
  function finish() {
    isTyping.current = false;
    setOpen(false);
    setActive(-1);
  }
  function choose(suggestion: Suggestion) {
    cancel();
    if (suggestion.kind === 'query') {
      setTyped(suggestion.text);
      find(suggestion.text);
    } else if (suggestion.kind === 'category') {
      setTyped('');
      find('', { categories: [suggestion.category] });
    } else {
      go({ product: suggestion.id });
    }
    finish();
  }
  function handleKey(event: KeyboardEvent) {
    const count = suggestions.length;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && count > 0) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setOpen(true);
      setActive(active < 0 ? (step > 0 ? 0 : count - 1) : (active + step + count) % count);
    }
    if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      setOpen(false);
      setActive(-1);
    }
  }

  const isListed = isOpen && suggestions.length > 0;
  return (
    <form
      className="search-box"
      onSubmit={(event) => {
        event.preventDefault();
        const chosen = isListed ? suggestions[active] : undefined;
        if (chosen) return choose(chosen);
        find(typed);
        finish();
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        maxLength={300}
        placeholder="red dress, sneakers under 80, not red …"
        aria-label="Search"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isListed}
        aria-controls={listId}
        aria-activedescendant={isListed && active >= 0 ? `${listId}-${active}` : undefined}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setOpen(true);
          setActive(-1);
          later(target.value);
        }}
        onKeyDown={handleKey}
        onBlur={finish}
      />
      <SuggestionList
        id={listId}
        suggestions={isListed ? suggestions : []}
        active={active}
        choose={choose}
        typed={typed.trim()}
      />
    </form>
  );
}
