import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { INDEXES, StorageFull, Unavailable } from './table.ts';

/** Another process, or another table of this one, has the file open. */
export class TableLocked extends Error {
  constructor(file: string, options?: ErrorOptions) {
    super(`${file} is in use by another process`, options);
    this.name = 'TableLocked';
  }
}

/** The file is not what was written, or not a table of this release at all. */
export class TableDamaged extends Error {
  constructor(file: string, what: string, options?: ErrorOptions) {
    super(`${file} is damaged: ${what}`, options);
    this.name = 'TableDamaged';
  }
}

/** The file, or the directory that it is in, may only be read. */
export class TableReadOnly extends Unavailable {
  readonly place: string;

  constructor(place: string, options?: ErrorOptions) {
    super(`${place} cannot be written`, options);
    this.name = 'TableReadOnly';
    this.place = place;
  }
}

/**
 * Opens the file, or makes it, for this process alone. The lock is the operating system's, so that it ends with the
 * process, however that ends.
 *
 * @throws {TableLocked} @throws {TableDamaged} @throws {TableReadOnly} @throws {StorageFull}
 */
export function openFile(file: string): DatabaseSync {
  checkWritable(file);
  const db = databaseIn(file);
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    checkFormat(db, file);
    db.exec(SETTINGS);
    db.exec(SCHEMA);
    checkWhole(db, file);
    return db;
  } catch (error) {
    db.close();
    throw sqliteError(error, file);
  }
}

/** SQLite opens a file that may only be read as well, and fails at the lock, as if the disk did. */
function checkWritable(file: string): void {
  if (!existsSync(file)) return;
  try {
    accessSync(file, constants.W_OK);
  } catch (cause) {
    throw new TableReadOnly(file, { cause });
  }
}

/** The database in a file, as SQLite opens it. @throws what `sqliteError` makes of it */
export function databaseIn(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file);
  } catch (error) {
    throw sqliteError(error, file);
  }
}

/** The lock comes first: the index of the log is then kept in memory, and no second process gets a look. */
const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -65536;
`;

/** Says in the file's head whose it is ("SGNT"), and which of its formats this is. */
const APPLICATION = 0x53474e54;
const FORMAT = 1;

/**
 * Keys are columns and compare as bytes; `body` is the whole item as JSON. A table with row ids, because bodies are too
 * long to be carried in the tree of the keys.
 */
const SCHEMA = `
  BEGIN IMMEDIATE;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${FORMAT};
  CREATE TABLE IF NOT EXISTS items (
    pk TEXT NOT NULL, sk TEXT NOT NULL,
    ${INDEXES.map((index) => `${index}pk TEXT, ${index}sk TEXT,`).join(' ')}
    body TEXT NOT NULL,
    PRIMARY KEY (pk, sk)
  ) STRICT;
  ${INDEXES.map(
    (index) =>
      `CREATE INDEX IF NOT EXISTS ${index} ON items (${index}pk, ${index}sk, pk, sk) WHERE ${index}pk IS NOT NULL;`,
  ).join(' ')}
  COMMIT;
`;

function checkFormat(db: DatabaseSync, file: string): void {
  const application = pragma(db, 'application_id');
  const format = pragma(db, 'user_version');
  if (application === APPLICATION && format === FORMAT) return;
  if (application === APPLICATION) throw new TableDamaged(file, `its format ${format} is of another release`);

  const objects = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
  if (application !== 0 || objects?.['count'] !== 0)
    throw new TableDamaged(file, 'it is the database of another program');
}

/** Files up to this are read whole at the start, which takes some 100 ms. */
const CHECKED_WHOLE_BYTES = 256 * 1024 * 1024;

/**
 * A bigger file is looked at where files usually break: at its length, and along both edges of every tree. Damage
 * elsewhere shows when it is read, as {@link TableDamaged} as well.
 */
function checkWhole(db: DatabaseSync, file: string): void {
  const bytes = pragma(db, 'page_count') * pragma(db, 'page_size');
  if (bytes <= CHECKED_WHOLE_BYTES) {
    const found = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') throw new TableDamaged(file, String(found));
    return;
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const size = statSync(file).size;
  if (size < bytes) throw new TableDamaged(file, `expected ${bytes} bytes, got ${size}`);
  for (const order of ['ASC', 'DESC']) {
    db.prepare(`SELECT body FROM items ORDER BY rowid ${order} LIMIT 1`).get();
    db.prepare(`SELECT body FROM items ORDER BY pk ${order}, sk ${order} LIMIT 1`).get();
    for (const index of INDEXES) {
      const edge = `ORDER BY ${index}pk ${order}, ${index}sk ${order} LIMIT 1`;
      db.prepare(`SELECT body FROM items INDEXED BY ${index} WHERE ${index}pk IS NOT NULL ${edge}`).get();
    }
  }
}

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);

/** https://sqlite.org/rescode.html */
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const IOERR_READ = 266;
const IOERR_SHORT_READ = 522;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** What an error of SQLite, or of parsing what it gave, means. Anything else is what it was. */
export function sqliteError(error: unknown, file: string): unknown {
  if (error instanceof SyntaxError) return new TableDamaged(file, 'an item in it is not JSON', { cause: error });
  if (!isSqliteError(error)) return error;

  const cause = { cause: error };
  if ([IOERR_READ, IOERR_SHORT_READ].includes(error.errcode)) return new TableDamaged(file, error.message, cause);
  switch (error.errcode & 0xff) {
    case BUSY:
    case LOCKED:
      return new TableLocked(file, cause);
    case CORRUPT:
    case NOTADB:
      return new TableDamaged(file, error.message, cause);
    case PERM:
    case READONLY:
    case CANTOPEN:
      return new TableReadOnly(path.dirname(file), cause);
    case FULL:
    case IOERR:
      return new StorageFull(cause);
    default:
      return error;
  }
}

const isSqliteError = (error: unknown): error is Error & { readonly errcode: number } =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
