import { go } from './navigation.ts';
import { openPhotoDialog } from './photo-button.tsx';
import { EMPTY_SEARCH, hasFilter, NO_FILTER, NO_IMAGE, type Search } from './search.ts';
import type { Found } from './use-search-result.ts';

/** What to do where nothing matches: take back whatever may be in the way. */
export function NothingFound({ search, understood }: { search: Search; understood: Found['understood'] }) {
  return (
    <section className="state">
      <h2>Nothing matches all of that</h2>
      <p>Take something back, and there will be more:</p>
      <div className="row">
        {hasFilter(search) && (
          <button type="button" className="button" onClick={() => go(NO_FILTER)}>
            Remove all filters
          </button>
        )}
        {understood.length > 0 && (
          <button
            type="button"
            className="button"
            onClick={() => go({ leaveAlone: [...search.leaveAlone, ...understood.map(({ words }) => words)] })}
          >
            Take “{understood.map(({ label }) => label).join('”, “')}” as mere words
          </button>
        )}
        {search.exclude !== '' && (
          <button type="button" className="button" onClick={() => go({ exclude: '' })}>
            Allow “{search.exclude}”
          </button>
        )}
        <button type="button" className="button button-plain" onClick={() => go(EMPTY_SEARCH)}>
          Show everything
        </button>
      </div>
    </section>
  );
}

/** A link to a search by a photo that another device has. */
export function PhotoMissing() {
  return (
    <section className="state" role="alert">
      <h2>This photo is on another device</h2>
      <p>Photos stay where they were taken; a link does not bring them along. Do you have it here?</p>
      <div className="row">
        <button type="button" className="button" onClick={openPhotoDialog}>
          Choose a photo
        </button>
        <button type="button" className="button button-plain" onClick={() => go(NO_IMAGE)}>
          Go on without it
        </button>
      </div>
    </section>
  );
}
