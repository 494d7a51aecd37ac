import type { DatabaseSync } from 'node:sqlite';

interface Waiting<T> {
  readonly work: () => T;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Does works inside database transactions. All that are asked for in one turn of the event loop share one transaction,
 * and so one wait for the disk; nobody is answered before it is over. When it fails each is tried on its own, so that
 * nobody fails for another's sake. A work must not throw after its first write, but for what the database throws.
 */
export function groupCommits<T>(db: DatabaseSync, committed: (outcome: T) => void) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  let waiting: Waiting<T>[] = [];

  function inTransaction(group: readonly Waiting<T>[]): T[] {
    try {
      begin.run();
      const outcomes = group.map(({ work }) => work());
      end.run();
      return outcomes;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  function commit(group: readonly Waiting<T>[]): void {
    let outcomes: T[];
    try {
      outcomes = inTransaction(group);
    } catch (error) {
      if (group.length > 1) for (const one of group) commit([one]);
      else for (const { reject } of group) reject(error);
      return;
    }
    for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome);
    for (const outcome of outcomes) committed(outcome);
  }

  function flush(): void {
    const group = waiting;
    waiting = [];
    commit(group);
  }

  return {
    /** The outcome of the work, once it is durable. */
    commit: (work: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (waiting.push({ work, resolve, reject }) === 1) setImmediate(flush);
      }),
    /** Ends what waits, now. */
    flush: () => {
      if (waiting.length > 0) flush();
    },
  };
}
