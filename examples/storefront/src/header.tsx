import { go } from './navigation.ts';
import { PhotoButton } from './photo-button.tsx';
import { EMPTY_SEARCH, type Search } from './search.ts';
import { SearchBox } from './search-box.tsx';

/** Name, search box, camera. */
export function Header({ search }: { search: Search }) {
  return (
    <header className="header">
      <a
        className="wordmark"
        href="/"
        aria-label="Vitrine, the beginning"
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          go(EMPTY_SEARCH);
        }}
      >
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>Vitrine</span>
      </a>
      <search className="header-search">
        <SearchBox search={search} />
        <PhotoButton />
      </search>
    </header>
  );
}
