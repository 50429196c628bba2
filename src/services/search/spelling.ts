import { setImmediate as turn } from 'node:timers/promises';
import type { Tokenizer } from '../../adapters/vector-store/tokens.ts';
import { preparedFrom } from './prepared.ts';
import { createSimilarWords, type SimilarWords } from './similar-words.ts';
import type { SearchCallOptions } from './types.ts';
import type { Lexicon, VocabularyService } from './vocabulary.ts';

/** A shorter word has too many neighbours. */
const MIN_LENGTH = 4;
/** From this length on two edits leave the word recognisable. */
const LONG = 8;
/** Words of one text that are looked up: each takes a millisecond or less, and more unknown words are no question. */
const MOST_LOOKUPS = 16;

/** The parts of a text that are words, as the tokenizer separates them. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

export interface Spelling {
  /**
   * The text with its misspelled words replaced, all else as it was typed; null where there is nothing to mend. A word is
   * misspelled when no product has one of its stem, and what it becomes is a word of the catalogue. A catalogue whose words
   * cannot be read mends nothing. Rejects only with the reason of an aborted signal.
   */
  mend(text: string, options?: Pick<SearchCallOptions, 'signal'>): Promise<string | null>;
}

/** Mends words by the catalogue's own vocabulary. */
export function createSpelling(deps: {
  vocabulary: Pick<VocabularyService, 'current'>;
  tokenizer: Pick<Tokenizer, 'read' | 'isStopWord'>;
}): Spelling {
  const { vocabulary, tokenizer } = deps;
  const current = preparedFrom(vocabulary, async (lexicon) => {
    // Only where a word is misspelled.
    let similar: Promise<SimilarWords> | undefined;
    const similarWords = () => (similar ??= createSimilarWords(lexicon.words.map(({ word }) => word)));
    return { lexicon, similarWords };
  });
  /** The one word that this is, where it may be misspelled. */
  const suspectIn = (typed: string, { stems }: Lexicon): string | undefined => {
    const [word, ...others] = tokenizer.read(typed);
    if (word === undefined || others.length > 0 || word.form.length < MIN_LENGTH || /\p{N}/u.test(word.form)) return;
    return stems.has(word.stem) || tokenizer.isStopWord(word.stem) ? undefined : word.form;
  };

  return {
    async mend(text, { signal } = {}) {
      const known = await current({ signal }).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        return undefined;
      });
      if (known === undefined || known.lexicon.words.length === 0) return null;
      const meant = new Map<string, string | undefined>();
      for (const [typed] of text.matchAll(WORD)) {
        const suspect = meant.has(typed) || meant.size >= MOST_LOOKUPS ? undefined : suspectIn(typed, known.lexicon);
        if (suspect === undefined) continue;
        const similar = await known.similarWords();
        meant.set(typed, similar.nearest(suspect, suspect.length >= LONG ? 2 : 1));
        await turn();
        signal?.throwIfAborted();
      }
      const mended = text.replace(WORD, (typed) => meant.get(typed) ?? typed);
      return mended === text ? null : mended;
    },
  };
}
