import path from 'node:path';
import { openFile } from '../shared/store/sqlite-file.ts';
import { sqliteTable } from '../shared/store/sqlite-table.ts';
import type { Written } from '../shared/store/sqlite-write.ts';
import type { Table, Write } from '../shared/store/table.ts';

/** The table that a registry stands on, and the lock on its directory. */
export interface OpenTable extends AsyncDisposable {
  readonly table: Table;
}

export interface TableOptions {
  readonly directory: string;
  readonly region: string;
  /** A DynamoDB endpoint that keeps the table, in place of a file in the directory. */
  readonly dynamodb?: string | undefined;
  /** Hears of what was committed, in that order. */
  readonly onCommit: (written: readonly Written[]) => void;
}

/** @throws {TableLocked} @throws {TableDamaged} @throws {StorageFull} */
export const openTable = (options: TableOptions): Promise<OpenTable> =>
  options.dynamodb === undefined ? inFile(options) : inDynamoDb(options, options.dynamodb);

async function inFile({ directory, onCommit }: TableOptions): Promise<OpenTable> {
  const table = sqliteTable({ file: path.join(directory, 'registry.sqlite') });
  table.onCommit(onCommit);
  return { table, [Symbol.asyncDispose]: () => table.close() };
}

const TABLE_NAME = 'signet';

/** Loaded only here: the SDK is large, and most registries have no need of it. */
async function inDynamoDb({ directory, region, onCommit }: TableOptions, endpoint: string): Promise<OpenTable> {
  await using opening = new AsyncDisposableStack();
  opening.adopt(openFile(path.join(directory, 'lock.sqlite')), (lock) => lock.close());
  const [{ connect }, { dynamoTable }] = await Promise.all([
    import('./dynamo.ts'),
    import('../shared/store/dynamo-table.ts'),
  ]);
  const client = opening.adopt(await connect(endpoint, region, TABLE_NAME), (one) => one.destroy());
  const opened = opening.move();
  const table = observed(dynamoTable({ client, tableName: TABLE_NAME }), onCommit);
  return { table, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Tells of what this process adds. What it replaces and removes is known to the table's own stream alone. */
const observed = (table: Table, onCommit: TableOptions['onCommit']): Table => ({
  ...table,
  async transact(writes) {
    await table.transact(writes);
    onCommit(writes.flatMap(added));
  },
});

function added(write: Write): Written[] {
  if (!('put' in write && write.if && 'absent' in write.if)) return [];
  const { pk, sk } = write.put;
  return [{ key: { pk, sk }, after: write.put }];
}
