import type { DatabaseSync } from 'node:sqlite';
import { INDEXES, type Index, type Item, type Key } from './table.ts';
import { checkItemKeys } from './table-limits.ts';

/** An item as it is stored: what its owner does to it afterwards does not matter. */
export interface Row extends Key {
  readonly indexKeys: readonly (string | null)[];
  readonly body: string;
}

/** @throws {RangeError} when a key cannot be stored */
export function rowOf(item: Item): Row {
  checkItemKeys(item);
  const indexKeys = INDEXES.flatMap((index) => keysIn(index, item));
  return { pk: item.pk, sk: item.sk, indexKeys, body: JSON.stringify(item) };
}

/** Both keys, or none: an item with one of them is not in the index. */
function keysIn(index: Index, item: Item): readonly (string | null)[] {
  const [pk, sk] = [item[`${index}pk`], item[`${index}sk`]];
  return pk === undefined || sk === undefined ? [null, null] : [pk, sk];
}

/** The rows of the table `items`. */
export interface Items {
  get(key: Key): Item | undefined;
  put(row: Row): void;
  remove(key: Key): void;
}

export function sqliteItems(db: DatabaseSync, read: (body: string) => Item): Items {
  const select = db.prepare('SELECT body FROM items WHERE pk = ? AND sk = ?');
  const erase = db.prepare('DELETE FROM items WHERE pk = ? AND sk = ?');
  const columns = [...INDEXES.flatMap((index) => [`${index}pk`, `${index}sk`]), 'body'];
  const upsert = db.prepare(`
    INSERT INTO items (pk, sk, ${columns}) VALUES (?, ?, ${columns.map(() => '?')})
    ON CONFLICT (pk, sk) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`)}
  `);

  return {
    get({ pk, sk }) {
      const row = select.get(pk, sk);
      return row && read(String(row['body']));
    },
    put: ({ pk, sk, indexKeys, body }) => void upsert.run(pk, sk, ...indexKeys, body),
    remove: ({ pk, sk }) => void erase.run(pk, sk),
  };
}
