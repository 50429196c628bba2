import { abortable } from '../../../async/abortable.ts';
import { openThread, type Thread } from '../../../async/thread.ts';
import { vectorStoreUnavailable } from '../../../errors.ts';
import type { VectorStore } from '../types.ts';
import { unpackVocabulary } from '../vocabulary.ts';
import { type VocabularyApi, type VocabularyStart, vocabularyThreadUrl } from './vocabulary-thread.ts';

/** Reads vocabularies in a thread that begins with the first one. */
export function createVocabularyReader(start: VocabularyStart): {
  read: VectorStore['vocabulary'];
  close(): Promise<void>;
} {
  let thread: Promise<Thread<VocabularyApi>> | undefined;

  const open = (): Promise<Thread<VocabularyApi>> => {
    thread ??= openThread<VocabularyApi>(vocabularyThreadUrl, start);
    return thread;
  };
  const read = async () => {
    try {
      const reader = await open();
      return unpackVocabulary(await reader.call('read', null));
    } catch (error) {
      const reader = await thread?.catch(() => undefined);
      if (!reader?.isRunning()) thread = undefined;
      throw vectorStoreUnavailable('The vector store could not say which words it has.', error);
    }
  };
  return {
    read: ({ signal } = {}) => abortable(read, signal),
    async close() {
      const reader = await thread?.catch(() => undefined);
      await reader?.close();
    },
  };
}
