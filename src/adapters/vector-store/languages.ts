/** What a language is to the tokenizer. */
export interface LanguageData {
  stemmer: (word: string) => string;
  stopwords: readonly string[];
  /**
   * Letters with marks that the language writes with. Its stemmer knows endings by them (`camisón`, `camisones`), so they
   * stay as they are until a word is stemmed; marks that only other languages have are taken off before.
   */
  letters: string;
}

interface Source {
  letters: string;
  stemmer(): Promise<{ stemmer: (word: string) => string }>;
  stopwords(): Promise<{ stopwords: readonly string[] }>;
}

/** Those that Snowball has for this server and for Qdrant's own text index alike. */
const SOURCES = {
  arabic: source(
    '',
    () => import('@orama/stemmers/arabic'),
    () => import('@orama/stopwords/arabic'),
  ),
  armenian: source(
    '',
    () => import('@orama/stemmers/armenian'),
    () => import('@orama/stopwords/armenian'),
  ),
  danish: source(
    'æøå',
    () => import('@orama/stemmers/danish'),
    () => import('@orama/stopwords/danish'),
  ),
  dutch: source(
    '',
    () => import('@orama/stemmers/dutch'),
    () => import('@orama/stopwords/dutch'),
  ),
  english: source(
    '',
    () => import('@orama/stemmers/english'),
    () => import('@orama/stopwords/english'),
  ),
  finnish: source(
    'äöå',
    () => import('@orama/stemmers/finnish'),
    () => import('@orama/stopwords/finnish'),
  ),
  french: source(
    'àâçéèêëîïôùûüÿœæ',
    () => import('@orama/stemmers/french'),
    () => import('@orama/stopwords/french'),
  ),
  german: source(
    'äöüß',
    () => import('@orama/stemmers/german'),
    () => import('@orama/stopwords/german'),
  ),
  greek: source(
    '',
    () => import('@orama/stemmers/greek'),
    () => import('@orama/stopwords/greek'),
  ),
  hungarian: source(
    'áéíóöőúüű',
    () => import('@orama/stemmers/hungarian'),
    () => import('@orama/stopwords/hungarian'),
  ),
  italian: source(
    'àèéìòù',
    () => import('@orama/stemmers/italian'),
    () => import('@orama/stopwords/italian'),
  ),
  norwegian: source(
    'æøå',
    () => import('@orama/stemmers/norwegian'),
    () => import('@orama/stopwords/norwegian'),
  ),
  portuguese: source(
    'ãõáéíóúâêôç',
    () => import('@orama/stemmers/portuguese'),
    () => import('@orama/stopwords/portuguese'),
  ),
  romanian: source(
    'ăâîșțşţ',
    () => import('@orama/stemmers/romanian'),
    () => import('@orama/stopwords/romanian'),
  ),
  russian: source(
    '',
    () => import('@orama/stemmers/russian'),
    () => import('@orama/stopwords/russian'),
  ),
  spanish: source(
    'áéíóúüñ',
    () => import('@orama/stemmers/spanish'),
    () => import('@orama/stopwords/spanish'),
  ),
  swedish: source(
    'åäö',
    () => import('@orama/stemmers/swedish'),
    () => import('@orama/stopwords/swedish'),
  ),
  tamil: source(
    '',
    () => import('@orama/stemmers/tamil'),
    () => import('@orama/stopwords/tamil'),
  ),
  turkish: source(
    'çğıöşü',
    () => import('@orama/stemmers/turkish'),
    () => import('@orama/stopwords/turkish'),
  ),
} as const satisfies Record<string, Source>;

function source(letters: string, stemmer: Source['stemmer'], stopwords: Source['stopwords']): Source {
  return { letters, stemmer, stopwords };
}

/** A language that words can be stemmed in. */
export type SearchLanguage = keyof typeof SOURCES;

const isLanguage = (name: string): name is SearchLanguage => Object.hasOwn(SOURCES, name);

/** All of them, by name. */
export const SEARCH_LANGUAGES = Object.keys(SOURCES).filter(isLanguage);

/** The language of collections that do not say theirs: they were made when there was no other. */
export const FIRST_LANGUAGE: SearchLanguage = 'english';

/** Loads what is known of a language, and of no other. */
export async function loadLanguage(language: SearchLanguage): Promise<LanguageData> {
  const { letters, stemmer, stopwords } = SOURCES[language];
  const [stems, stops] = await Promise.all([stemmer(), stopwords()]);
  return { letters, stemmer: stems.stemmer, stopwords: stops.stopwords };
}
