import type { Lexicon, VocabularyService } from './vocabulary.ts';

/**
 * What `prepare` makes of the vocabulary, made once for each that the catalogue has. Rejects as `VocabularyService.current`
 * does.
 */
export function preparedFrom<Prepared>(
  vocabulary: Pick<VocabularyService, 'current'>,
  prepare: (lexicon: Lexicon) => Promise<Prepared>,
): (options: { signal?: AbortSignal | undefined }) => Promise<Prepared> {
  let latest: { of: Lexicon; prepared: Promise<Prepared> } | undefined;
  return async ({ signal }) => {
    const of = await vocabulary.current({ signal });
    if (latest?.of !== of) latest = { of, prepared: prepare(of) };
    return latest.prepared;
  };
}
