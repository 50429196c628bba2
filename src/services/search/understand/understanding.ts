import type { SearchLanguage } from '../../../adapters/vector-store/languages.ts';
import type { Tokenizer } from '../../../adapters/vector-store/tokens.ts';
import type { ProductFilter, VectorStore } from '../../../adapters/vector-store/types.ts';
import { preparedFrom } from '../prepared.ts';
import { defaultMinRelevance, type SearchRequest } from '../search-request.ts';
import type { VocabularyService } from '../vocabulary.ts';
import { ENGLISH } from './english.ts';
import type { LanguageTable } from './language-table.ts';
import { combine } from './reading.ts';
import type { Reading, Understood } from './types.ts';
import { understand } from './understand.ts';
import { createValueIndex } from './values.ts';

/** In a language that has no table nothing is read. */
const TABLES: Partial<Record<SearchLanguage, LanguageTable>> = { english: ENGLISH };

/** A search whose conditions may say more than the API's filter can. */
export type ConditionedRequest = Omit<SearchRequest, 'filter' | 'first' | 'after'> & { filter: ProductFilter };

/** Reads conditions from the texts of searches. */
export interface Understanding {
  /** The request with the conditions of its text, where it asks for that; and what they are. */
  apply(
    request: ConditionedRequest,
    options: { signal?: AbortSignal | undefined },
  ): Promise<{ request: ConditionedRequest; understood: Understood[] }>;
}

interface Dependencies {
  /** Reads the catalogue's language. */
  reader: Pick<Tokenizer, 'language' | 'read' | 'isStopWord'>;
  vocabulary: Pick<VocabularyService, 'current'>;
  store: Pick<VectorStore, 'count' | 'countHavingAll'>;
}

/** Creates what reads texts in the catalogue's language; in one without a table every text is only words. */
export function createUnderstanding({ reader, vocabulary, store }: Dependencies): Understanding {
  const table = TABLES[reader.language];
  const currentValues = preparedFrom(vocabulary, (of) => createValueIndex(of, reader));

  /**
   * Whether the values that were read were meant as words: no product has them together, or none that has the other words,
   * though some product has those. `home office chair`: chairs for an office are not in the category `home`.
   */
  async function areOnlyWords({ conditions, others }: Reading, signal: AbortSignal | undefined): Promise<boolean> {
    const { categories, attributes } = conditions;
    const filter = { ...(categories && { categories }), ...(attributes && { attributes }) };
    if (others === '') return (await store.count({ filter, signal })) === 0;
    const [both] = await store.countHavingAll([others], { filter, signal });
    if (both !== 0) return false;
    const [all] = await store.countHavingAll([others], { signal });
    return all !== 0;
  }

  return {
    async apply(request, { signal }) {
      const { query, filter } = request;
      const { text, leaveAlone = [] } = query ?? {};
      if (table === undefined || text === undefined || !query?.understand) return { request, understood: [] };
      const knowledge = { table, reader, values: await currentValues({ signal }) };
      let reading = understand(text, knowledge, { filter, leaveAlone });
      const wanted = reading.understood.filter(isWantedValue);
      if (wanted.length > 0 && (await areOnlyWords(reading, signal))) {
        const words = wanted.map((one) => one.words);
        reading = understand(text, knowledge, { filter, leaveAlone: [...leaveAlone, ...words] });
      }
      return { request: withReading(request, reading), understood: reading.understood };
    },
  };
}

const isWantedValue = ({ field, negated }: Understood): boolean => !negated && field !== 'price' && field !== 'inStock';

/** The request for what is left of its text, under its filter and what was read. */
function withReading(request: ConditionedRequest, reading: Reading): ConditionedRequest {
  const { conditions, exclude, rest, others: unread } = reading;
  const { query, ...others } = request;
  const filter = narrow(request.filter, conditions);
  if (query === undefined) return request;
  const { text: _text, ...questions } = query;
  const steered = exclude === undefined ? {} : { exclude: [query.exclude, exclude].filter(Boolean).join(' ') };
  // What says nothing but conditions is not cut by how well it says the same in words once more.
  const isUsual = request.minRelevance === defaultMinRelevance(query.mode);
  const minRelevance = unread === '' && isUsual && reading.understood.length > 0 ? 0 : request.minRelevance;
  if (rest !== '') return { ...others, filter, minRelevance, query: { ...questions, ...steered, text: rest } };
  if (query.imageUrl !== undefined || query.productId !== undefined) {
    return { ...others, filter, minRelevance, query: { ...questions, ...steered, mode: 'VECTOR' } };
  }
  // Nothing is left to be like, or relevant to.
  const { minSimilarity: _minSimilarity, diversity: _diversity, ...browsing } = others;
  return { ...browsing, filter, minRelevance: 0 };
}

/** Both conditions at once. Prices that exclude each other leave nothing, as an upside-down range does. */
function narrow(given: ProductFilter, read: ProductFilter): ProductFilter {
  const { price } = combine([
    { ...(given.price && { price: given.price }) },
    { ...(read.price && { price: read.price }) },
  ]);
  const attributes = [...(given.attributes ?? []), ...(read.attributes ?? [])];
  return { ...read, ...given, ...(price && { price }), ...(attributes.length > 0 && { attributes }) };
}
