import type { OnCapacity } from './dynamo-table.ts';
import type { Table } from './table.ts';

/** What was asked of a table. */
export interface Used {
  /** Calls of the port. */
  readonly calls: number;
  /** Calls that had to wait for one another: those begun while another was under way add nothing. */
  readonly roundTrips: number;
  /** DynamoDB's capacity units, indexes included; 0 on other tables. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface MeteredTable {
  readonly table: Table;
  /** What was used since it was last asked. */
  take(): Used;
}

const NOTHING: Used = { calls: 0, roundTrips: 0, readUnits: 0, writeUnits: 0 };

/** Counts what is asked of a table. `open` makes it; a DynamoDB table is given the hook that hears its capacity units. */
export function meteredTable(open: (onCapacity: OnCapacity) => Table): MeteredTable {
  let used = NOTHING;
  let underWay = 0;
  const table = open(({ readUnits, writeUnits }) => {
    used = { ...used, readUnits: used.readUnits + readUnits, writeUnits: used.writeUnits + writeUnits };
  });

  async function counted<T>(call: () => Promise<T>): Promise<T> {
    used = { ...used, calls: used.calls + 1, roundTrips: used.roundTrips + (underWay === 0 ? 1 : 0) };
    underWay += 1;
    try {
      return await call();
    } finally {
      underWay -= 1;
    }
  }

  return {
    table: {
      get: (key) => counted(() => table.get(key)),
      batchGet: (keys) => counted(() => table.batchGet(keys)),
      query: (query) => counted(() => table.query(query)),
      transact: (writes) => counted(() => table.transact(writes)),
      putEach: (items) => counted(() => table.putEach(items)),
    },
    take() {
      const taken = used;
      used = NOTHING;
      return taken;
    },
  };
}
