import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { StoredProduct } from '../../../product.ts';
import type { Tokenizer } from '../tokens.ts';
import type { DictionaryWriter } from './dictionary.ts';
import type { Row } from './segment.ts';
import { damaged } from './sqlite-errors.ts';

/** What of a row its checksum covers: all that is stored of a product. */
interface Stored {
  id: string;
  product: string;
  category: number;
  price: number;
  inStock: boolean;
  indexedAt: number;
  attributes: Uint32Array;
  words: Uint32Array;
  embedding: Float32Array;
}

function checksumOf({
  id,
  product,
  category,
  price,
  inStock,
  indexedAt,
  attributes,
  words,
  embedding,
}: Stored): number {
  const parts = [product, bytesOf(attributes), bytesOf(words), bytesOf(embedding)];
  return parts.reduce(
    (sum, part) => crc32(part, sum),
    crc32(`${id}\n${category}\n${price}\n${inStock}\n${indexedAt}\n`),
  );
}

function bytesOf(numbers: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The numbers in a blob of the database, which begins where numbers may begin. */
function toIntegers(blob: unknown): Uint32Array {
  if (!(blob instanceof Uint8Array)) throw new TypeError('This column holds no bytes.');
  return new Uint32Array(blob.buffer, blob.byteOffset, Math.floor(blob.byteLength / 4));
}

/** The embedding in a blob of the database: 32-bit floats as this machine writes them. */
export function toEmbedding(blob: unknown): Float32Array {
  if (!(blob instanceof Uint8Array)) throw new TypeError('This column holds no bytes.');
  return new Float32Array(blob.buffer, blob.byteOffset, Math.floor(blob.byteLength / 4));
}

/** A row and the vectors of its images, one after the other, for the 8-bit copies. */
export interface RowWithEmbedding {
  row: Omit<Row, 'scales'>;
  embedding: Float32Array;
}

/** Reads every row, in the order of their numbers. Throws StartupError at one that is not as it was written. */
export function* readRows(database: DatabaseSync, folder: string, dimension: number): Generator<RowWithEmbedding> {
  const statement = database.prepare(
    `SELECT row, id, product, category, price, in_stock, indexed_at, attributes, words, length, checksum, embedding
       FROM products LEFT JOIN embeddings USING (row) ORDER BY row`,
  );
  for (const columns of statement.iterate()) {
    const id = String(columns.id);
    const embedding = columns.embedding === null ? new Float32Array() : toEmbedding(columns.embedding);
    const stored: Stored = {
      id,
      product: String(columns.product),
      category: Number(columns.category),
      price: Number(columns.price),
      inStock: columns.in_stock === 1,
      indexedAt: Number(columns.indexed_at),
      attributes: toIntegers(columns.attributes),
      words: toIntegers(columns.words),
      embedding,
    };
    if (embedding.length === 0 || embedding.length % dimension !== 0 || checksumOf(stored) !== columns.checksum) {
      throw damaged(folder, `the product ${JSON.stringify(id)} is not as it was written`);
    }
    const { product: _, embedding: __, ...known } = stored;
    yield { row: { ...known, row: Number(columns.row), length: Number(columns.length) }, embedding };
  }
}

/** Writes and removes products, within the transaction that is open. */
export interface RowWriter {
  /** Stores a product, which is also there as JSON, under a new number. */
  insert(row: number, product: StoredProduct, json: string, embedding: Float32Array): RowWithEmbedding;
  /** The versions and the embedding of a product that is there. */
  read(id: string): (Pick<StoredProduct, 'contentHash' | 'indexedAt'> & { embedding: Float32Array }) | undefined;
  /** Removes the product; resolves to its number, undefined where there was none. */
  remove(id: string): number | undefined;
}

export function createRowWriter(
  database: DatabaseSync,
  dictionary: DictionaryWriter,
  { weighWords }: Pick<Tokenizer, 'weighWords'>,
): RowWriter {
  const find = database.prepare('SELECT row FROM products WHERE id = ?');
  const readWhole = database.prepare(
    'SELECT product, embedding FROM products JOIN embeddings USING (row) WHERE id = ?',
  );
  const removals: StatementSync[] = [
    database.prepare('DELETE FROM products WHERE row = ?'),
    database.prepare('DELETE FROM embeddings WHERE row = ?'),
  ];
  const insertProduct = database.prepare('INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const insertEmbedding = database.prepare('INSERT INTO embeddings VALUES (?, ?)');

  return {
    insert(row, product, json, embedding) {
      const { id, price, inStock } = product;
      const { weights, length, forms } = weighWords(product);
      const indexedAt = Date.parse(product.indexedAt);
      const category = dictionary.category(product.category);
      const attributes = Uint32Array.from(
        new Set(product.attributes.map(({ name, value }) => dictionary.attribute(name, value))),
      );
      const words = Uint32Array.from(Array.from(weights, ([word, weight]) => [dictionary.word(word), weight]).flat());
      for (const [form, stem] of forms) dictionary.form(form, stem);
      const stored = { id, product: json, category, price, inStock, indexedAt, attributes, words, embedding };
      const checksum = checksumOf(stored);
      insertProduct.run(
        row,
        id,
        json,
        category,
        price,
        inStock ? 1 : 0,
        indexedAt,
        bytesOf(attributes),
        bytesOf(words),
        length,
        checksum,
      );
      insertEmbedding.run(row, bytesOf(embedding));
      return { row: { row, id, category, price, inStock, indexedAt, attributes, words, length }, embedding };
    },
    read(id) {
      const columns = readWhole.get(id);
      if (columns === undefined) return undefined;
      const { contentHash, indexedAt }: StoredProduct = JSON.parse(String(columns.product));
      return { contentHash, indexedAt, embedding: toEmbedding(columns.embedding) };
    },
    remove(id) {
      const row = find.get(id)?.row;
      if (row === undefined) return undefined;
      for (const statement of removals) statement.run(row);
      return Number(row);
    },
  };
}
