import { serveThread } from '../../../async/thread.ts';
import type { SearchLanguage } from '../languages.ts';
import { createTokenizer } from '../tokens.ts';
import { MOST_VALUES, MOST_WORDS, type PackedVocabulary, packVocabulary } from '../vocabulary.ts';
import { createQdrantApi, type Schemas } from './api.ts';
import { createQdrantCall } from './call.ts';
import { decodeAttribute } from './filter.ts';
import { toVocabularyWords } from './forms.ts';
import { FORMS_FIELD } from './point.ts';
import { withoutEmpty } from './workarounds.ts';

/** This file, to start the thread from. */
export const vocabularyThreadUrl = new URL(import.meta.url);

/** What the thread starts with. */
export interface VocabularyStart {
  url: string;
  apiKey: string | undefined;
  collection: string;
  language: SearchLanguage;
  timeoutMs: number;
}

/** What the thread can be asked. */
export interface VocabularyApi {
  read(argument: null): Promise<PackedVocabulary>;
}

/** Stems that the thread remembers: those of the words that it reads again and again. Some 100 bytes each. */
const REMEMBERED = 200_000;

/**
 * Reads the vocabulary of a collection. In a thread of its own: to parse the megabytes that the words of a large catalogue
 * are would keep everybody else waiting.
 */
serveThread(import.meta.url, async ({ url, apiKey, collection, language, timeoutMs }: VocabularyStart) => {
  const api = createQdrantApi({ url, apiKey });
  const call = createQdrantCall({ timeoutMs });
  const { read } = await createTokenizer(language);
  const stems = new Map<string, string>();
  const stemOf = (form: string): string => {
    const known = stems.get(form);
    if (known !== undefined) return known;
    const stem = read(form)[0]?.stem ?? form;
    if (stems.size >= REMEMBERED) stems.clear();
    stems.set(form, stem);
    return stem;
  };
  // An exact count looks each word up again: 30,000 of them took 3.7 s, and as the index has them 0.1 s.
  const count = async (key: string, limit: number): Promise<Map<string, number>> => {
    const request: Schemas['FacetRequest'] = { key, exact: false, limit };
    const { hits } = await call(`count by ${key}`, (signal) =>
      api.facet({ collection_name: collection, ...request }, { signal }),
    );
    return new Map(withoutEmpty(hits).map(({ value, count }) => [String(value), count]));
  };

  return {
    api: {
      async read() {
        const [forms, categories, attributes] = await Promise.all([
          // A form may stand there with its stem.
          count(FORMS_FIELD, 2 * MOST_WORDS),
          count('category', MOST_VALUES),
          count('attributes', MOST_VALUES),
        ]);
        return packVocabulary({
          words: toVocabularyWords(forms, stemOf),
          categories: Array.from(categories, ([category, count]) => ({ category, count })),
          attributes: Array.from(attributes, ([keyword, count]) => ({ ...decodeAttribute(keyword), count })),
        });
      },
    } satisfies VocabularyApi,
    close: () => undefined,
  };
});
