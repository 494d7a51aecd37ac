import type { Table } from '../../shared/store/table.ts';

/** A table on which somebody else comes first, once, at a moment that a test chooses. */
export interface RivalTable extends Table {
  /** Before the call of this number, counted from now on, the rival acts; calls begin at 1. */
  arm(call: number, rival: () => Promise<unknown>): void;
  /** Whether the rival has acted since it was armed. */
  hasActed(): boolean;
}

/** Any table, and a rival who acts between two calls of whoever uses it. */
export function rivalTable(table: Table): RivalTable {
  let waiting: { calls: number; readonly rival: () => Promise<unknown> } | undefined;
  const meet = async () => {
    if (!waiting) return;
    waiting.calls -= 1;
    if (waiting.calls > 0) return;
    const { rival } = waiting;
    waiting = undefined;
    await rival();
  };
  const after =
    <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      await meet();
      return call(...args);
    };
  return {
    get: after((key) => table.get(key)),
    batchGet: after((keys) => table.batchGet(keys)),
    query: after((query) => table.query(query)),
    transact: after((writes) => table.transact(writes)),
    putEach: after((items) => table.putEach(items)),
    arm: (calls, rival) => {
      waiting = { calls, rival };
    },
    hasActed: () => waiting === undefined,
  };
}
