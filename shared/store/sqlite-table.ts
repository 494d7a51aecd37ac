import { bodyReader } from './sqlite-bodies.ts';
import { groupCommits } from './sqlite-commit.ts';
import { openFile, sqliteError } from './sqlite-file.ts';
import { sqliteItems } from './sqlite-items.ts';
import { sqliteQueries } from './sqlite-query.ts';
import { type Prepared, perform, prepared, preparedPuts, type Written } from './sqlite-write.ts';
import { ConditionFailed, type Key, type Table } from './table.ts';
import { checkKey, checkQuery } from './table-limits.ts';

/** The embedded registry's table: a file that no other process can open, or `:memory:`. */
export interface SqliteTable extends Table {
  /**
   * Calls the listener once for each durable call of `transact` and `putEach`, in commit order, with what it wrote. What
   * was committed just before a crash may never be told. Calling the result ends it.
   */
  onCommit(listener: Listener): () => void;

  /** Ends what was begun, and gives the file up. */
  close(): Promise<void>;
}

export type Listener = (written: readonly Written[]) => void;

/**
 * @throws {TableLocked} when another process has the file open
 * @throws {TableDamaged} when the file is not what was written; reads and writes throw it too, when they find out
 */
export function sqliteTable({ file }: { readonly file: string }): SqliteTable {
  const db = openFile(file);
  const read = bodyReader();
  const items = sqliteItems(db, read);
  const page = sqliteQueries(db, read);
  const listeners = new Set<Listener>();
  const commits = groupCommits<readonly Written[] | ConditionFailed>(db, (outcome) => {
    if (outcome instanceof ConditionFailed || outcome.length === 0) return;
    for (const listener of listeners) listener(outcome);
  });

  const answer = async <T>(ask: () => T | Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw sqliteError(error, file);
    }
  };
  const get = (key: Key) => {
    checkKey(key);
    return items.get(key);
  };
  const commit = async (writes: readonly Prepared[]) => {
    const outcome = await commits.commit(() => perform(items, writes, listeners.size > 0));
    if (outcome instanceof ConditionFailed) throw outcome;
  };

  return {
    get: (key) => answer(() => get(key)),
    batchGet: (keys) => answer(() => keys.map(get)),
    query: (query) =>
      answer(() => {
        checkQuery(query);
        return page(query);
      }),
    transact: (writes) => answer(() => commit(prepared(writes))),
    putEach: (all) => answer(() => commit(preparedPuts(all))),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      commits.flush();
      db.close();
    },
  };
}
