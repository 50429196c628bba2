import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../../errors.ts';
import { languageMismatch, modelMismatch } from '../collection-name.ts';
import { FIRST_LANGUAGE } from '../languages.ts';
import type { Tokenizer } from '../tokens.ts';
import type { CollectionIdentity } from '../types.ts';
import { type CommitMark, openCommitMark } from './commit-mark.ts';
import { createDictionaryWriter } from './dictionary.ts';
import { damaged } from './sqlite-errors.ts';

/** Raised when the layout changes so that an older database cannot be used. */
const FORMAT = 2;
/** The one before had no `forms`. */
const WITHOUT_FORMS = 1;

/** Every form that a word was ever written in, and the term of its stem; it is asked which of those products have. */
const FORMS = `
  CREATE TABLE forms (form TEXT PRIMARY KEY, term INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * `products` has the whole product as JSON beside what filters and words need, as numbers of `terms`; `embeddings` has
 * the vectors by themselves, so that reading one reads little else. A product that is written anew gets a new row: rows
 * rise, as slots do. `checksum` is a CRC-32 over all of a product that is stored, since SQLite itself has none.
 */
const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE terms (
    term INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL, -- 0 word, 1 category, 2 attribute
    name TEXT NOT NULL,    -- of an attribute
    value TEXT NOT NULL,
    UNIQUE (kind, name, value)
  ) STRICT;
  ${FORMS}
  CREATE TABLE products (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    product TEXT NOT NULL,
    category INTEGER NOT NULL,
    price REAL NOT NULL,
    in_stock INTEGER NOT NULL,
    indexed_at REAL NOT NULL, -- milliseconds since 1970
    attributes BLOB NOT NULL, -- terms, 32 bits each
    words BLOB NOT NULL,      -- terms and weights, 32 bits each
    length INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE embeddings (row INTEGER PRIMARY KEY, embedding BLOB NOT NULL) STRICT; -- 32-bit floats, image by image
`;

/** Where the database of a store is. */
const databaseFile = (folder: string): string => join(folder, 'products.sqlite');

export interface OpenDatabase {
  database: DatabaseSync;
  mark: CommitMark;
  /** The number of the last commit. */
  commit: number;
  /** What is wrong with the files though the products are all there; null when nothing is. */
  warning: string | null;
}

/**
 * Opens the database in `folder` for writing, creating it where there is none. Every commit is on the disk before it
 * counts (write-ahead log, synced). Throws StartupError when it is damaged, of another model, language or version of
 * Vitrine, and what SQLite throws when the disk is in the way.
 */
export function openDatabase(
  folder: string,
  identity: CollectionIdentity,
  tokenizer: Pick<Tokenizer, 'weighWords'>,
): OpenDatabase {
  const file = databaseFile(folder);
  const mark = openCommitMark(join(folder, 'last-commit'));
  const acknowledged = mark.found ?? 0;
  const isNew = !existsSync(file) || statSync(file).size === 0;
  if (isNew && acknowledged > 0) {
    throw damaged(folder, `its database is gone, though ${acknowledged} writes were acknowledged`);
  }
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    // The size of a page is for vectors: three of 512 numbers fit in one.
    database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32000');
    // A process that was killed while it created the schema has left nothing: it is one transaction.
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() === undefined) {
      if (acknowledged > 0) throw damaged(folder, `it is empty, though ${acknowledged} writes were acknowledged`);
      create(database, identity);
    }
    const meta = readMeta(database);
    checkIdentity(meta, identity, folder);
    checkFiles(database, folder);
    if (meta.get('format') === WITHOUT_FORMS) addForms(database, tokenizer);
    const commit = Number(meta.get('commit'));
    if (commit < acknowledged) {
      throw damaged(folder, `it lacks the last ${acknowledged - commit} acknowledged writes: its log was cut short`);
    }
    const warning =
      mark.found === undefined
        ? `${folder}/last-commit is damaged: whether the last writes before the damage are all there cannot be told.`
        : null;
    return { database, mark, commit, warning };
  } catch (error) {
    database.close();
    mark.close();
    throw error;
  }
}

/** A connection that only reads, for one thread. */
export function openForReading(folder: string): DatabaseSync {
  const database = new DatabaseSync(databaseFile(folder), { readOnly: true, timeout: 5_000 });
  database.exec('PRAGMA cache_size = -16000; PRAGMA mmap_size = 1073741824');
  return database;
}

function create(database: DatabaseSync, { name, modelId, dimension, language }: CollectionIdentity): void {
  database.exec(`BEGIN IMMEDIATE; ${SCHEMA}`);
  const insert = database.prepare('INSERT INTO meta VALUES (?, ?)');
  for (const [key, value] of Object.entries({ format: FORMAT, name, modelId, dimension, language, commit: 0 })) {
    insert.run(key, value);
  }
  database.exec('COMMIT');
}

function readMeta(database: DatabaseSync): Map<unknown, unknown> {
  const rows = database.prepare('SELECT name, value FROM meta').all();
  return new Map(rows.map(({ name, value }) => [name, value]));
}

function checkIdentity(meta: Map<unknown, unknown>, wanted: CollectionIdentity, folder: string): void {
  if (meta.get('format') !== FORMAT && meta.get('format') !== WITHOUT_FORMS) {
    throw new StartupError(
      `The store in ${folder} was written by another version of Vitrine (format ${meta.get('format')}, this one reads ` +
        `${FORMAT}). Start that version, or choose another name (COLLECTION) and index the products again.`,
    );
  }
  const stored = {
    name: wanted.name,
    modelId: String(meta.get('modelId')),
    dimension: Number(meta.get('dimension')),
  };
  if (stored.modelId !== wanted.modelId || stored.dimension !== wanted.dimension) {
    throw modelMismatch(stored, wanted, folder);
  }
  const language = String(meta.get('language') ?? FIRST_LANGUAGE);
  if (language !== wanted.language) throw languageMismatch(language, wanted, folder);
}

/** Brings a database of the format before up to this one, all or nothing: the forms of the words of its products. */
function addForms(database: DatabaseSync, { weighWords }: Pick<Tokenizer, 'weighWords'>): void {
  database.exec(`BEGIN IMMEDIATE; ${FORMS}`);
  const dictionary = createDictionaryWriter(database);
  for (const { product } of database.prepare('SELECT product FROM products').iterate()) {
    for (const [form, stem] of weighWords(JSON.parse(String(product))).forms) dictionary.form(form, stem);
  }
  database.exec(`UPDATE meta SET value = ${FORMAT} WHERE name = 'format'; COMMIT`);
}

/** Whether pages, trees and indexes fit together; what is in the rows is checked when they are loaded. */
function checkFiles(database: DatabaseSync, folder: string): void {
  const [first] = database.prepare('PRAGMA integrity_check(1)').all();
  const verdict = first?.integrity_check;
  if (verdict !== 'ok') throw damaged(folder, String(verdict));
}
