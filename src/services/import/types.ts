import type { ErrorCode } from '../../errors.ts';
import type { ProductInput } from '../indexing/product-draft.ts';

export const CATALOGUE_FORMATS = ['jsonl', 'csv'] as const;
export type CatalogueFormat = (typeof CATALOGUE_FORMATS)[number];

/** A product as its file has it: the fields of the API, of any type. */
export type RawProduct = Partial<Record<keyof ProductInput, unknown>>;

/** A line that could not be read. `line` counts from 1 and, for a record of several lines, is its first. */
export interface BadLine {
  line: number;
  error: string;
}

/** A line that holds a product. */
export interface ProductLine extends LineContent {
  line: number;
}

/** What a line says, before its images are found and its product checked. */
export interface LineContent {
  input: RawProduct;
  /** Names a file; it is absent where there is an `imageUrl`. */
  image?: string | undefined;
  /** Names of files, and URLs among them; absent where there are none but URLs, which `input` has then. */
  additionalImages?: readonly string[] | undefined;
}

export type CatalogueLine = ProductLine | BadLine;

/** What became of one product that was sent: an `IndexOutcome` without the product. */
export type ImportOutcome =
  | { status: 'indexed' | 'unchanged'; id: string }
  | { status: 'failed'; id: string; error: { code: ErrorCode; message: string } };

/** A line that was not indexed, and why. `id` is null where none could be read. */
export interface LineFailure {
  line: number;
  id: string | null;
  code: ErrorCode;
  message: string;
}

/** How many lines came to which end so far. */
export interface Tally {
  indexed: number;
  unchanged: number;
  failed: number;
}
