import type { OnCapacity } from '../../shared/store/dynamo-table.ts';
import type { Table } from '../../shared/store/table.ts';
import { keyOfWrite } from '../../shared/store/table-limits.ts';
import { transactionUnits } from './write-units.ts';

/** What was asked of a table. */
export interface Used {
  /** Calls of the port. */
  readonly calls: number;
  /** Calls that had to wait for one another: those begun while another was under way add nothing. */
  readonly roundTrips: number;
  /** DynamoDB's capacity units, indexes included; of reads 0 on other tables. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface MeteredTable {
  readonly table: Table;
  /** What was used since it was last asked. */
  take(): Used;
}

const NOTHING: Used = { calls: 0, roundTrips: 0, readUnits: 0, writeUnits: 0 };

/**
 * Counts what is asked of a table. `open` makes it; a DynamoDB table is given the hook that hears its capacity units.
 * Those of transactions are reckoned: DynamoDB Local counts items of equal units as one, and checks not at all.
 */
export function meteredTable(open: (onCapacity: OnCapacity) => Table): MeteredTable {
  let used = NOTHING;
  let underWay = 0;
  let reckoning = 0;
  const table = open(({ readUnits, writeUnits }) => {
    if (reckoning === 0) add({ readUnits, writeUnits });
  });
  const add = (more: Partial<Used>) => {
    const sums = Object.entries(used).map(([name, sum]) => [name, sum + (more[name as keyof Used] ?? 0)]);
    used = Object.fromEntries(sums) as unknown as Used;
  };

  async function counted<T>(call: () => Promise<T>): Promise<T> {
    add({ calls: 1, roundTrips: underWay === 0 ? 1 : 0 });
    underWay += 1;
    try {
      return await call();
    } finally {
      underWay -= 1;
    }
  }

  const transact: Table['transact'] = async (writes) => {
    reckoning += 1;
    try {
      const before = await table.batchGet(writes.map(keyOfWrite));
      add({ writeUnits: transactionUnits(writes, before) });
      await table.transact(writes);
    } finally {
      reckoning -= 1;
    }
  };

  return {
    table: {
      get: (key) => counted(() => table.get(key)),
      batchGet: (keys) => counted(() => table.batchGet(keys)),
      query: (query) => counted(() => table.query(query)),
      transact: (writes) => counted(() => transact(writes)),
      putEach: (items) => counted(() => table.putEach(items)),
    },
    take() {
      const taken = used;
      used = NOTHING;
      return taken;
    },
  };
}
