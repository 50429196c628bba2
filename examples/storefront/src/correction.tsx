import { go } from './navigation.ts';
import type { Search } from './search.ts';

/** Says that misspelled words were mended, with a way back, and the way forth again. */
export function Correction({ search, correctedText }: { search: Search; correctedText: string | undefined }) {
  if (correctedText !== undefined) {
    return (
      <p className="notice">
        Showing what fits <b>{correctedText}</b>.{' '}
        <button type="button" className="link" onClick={() => go({ asTyped: true })}>
          Search for “{search.text}” as typed
        </button>
      </p>
    );
  }
  if (!search.asTyped || search.text === '') return null;
  return (
    <p className="notice">
      Searched for “{search.text}” as typed.{' '}
      <button type="button" className="link" onClick={() => go({ asTyped: false })}>
        Mend misspelled words
      </button>
    </p>
  );
}
