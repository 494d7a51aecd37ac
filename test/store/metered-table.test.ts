import { describe, expect, it } from 'vitest';
import { dynamoTable } from '../../shared/store/dynamo-table.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';
import { meteredTable } from '../support/metered-table.ts';
import { numbered, partition } from './promises/support.ts';

describe('a metered table', () => {
  it('counts calls that wait for each other as round trips, and calls side by side as one', async () => {
    const { table, take } = meteredTable(() => sqliteTable({ file: ':memory:' }));
    const key = { pk: partition(), sk: 'one' };
    await table.get(key);
    await Promise.all([table.get(key), table.batchGet([key]), table.query({ pk: key.pk, limit: 1 })]);
    await table.transact([{ put: key }]);
    await table.putEach([key]);
    expect(take()).toEqual({ calls: 6, roundTrips: 4, readUnits: 0, writeUnits: 2 });
    expect(take()).toEqual({ calls: 0, roundTrips: 0, readUnits: 0, writeUnits: 0 });
  });

  it('counts a call that fails like any other', async () => {
    const { table, take } = meteredTable(() => sqliteTable({ file: ':memory:' }));
    const key = { pk: partition(), sk: 'one' };
    await expect(table.transact([{ check: key, if: { equals: {} } }])).rejects.toThrow();
    await table.get(key);
    expect(take()).toMatchObject({ calls: 2, roundTrips: 2 });
  });
});

const local = await dynamoDb();

describe.skipIf(local.isMissing)('a metered table on DynamoDB Local', () => {
  const metered = () => meteredTable((onCapacity) => dynamoTable({ ...local.connect(), onCapacity }));

  it('counts the units of reads', async () => {
    const { table, take } = metered();
    const pk = partition();
    const items = numbered(30).map((sk) => ({ pk, sk, gsi1pk: pk, gsi1sk: sk }));
    await table.putEach(items);
    take();

    await table.get({ pk, sk: '000001' });
    expect(take()).toMatchObject({ readUnits: 1, writeUnits: 0 });
    await table.batchGet(items);
    expect(take()).toMatchObject({ readUnits: 30, writeUnits: 0 });
    await table.query({ pk, limit: 30 });
    expect(take()).toMatchObject({ readUnits: 1, writeUnits: 0 });
    await table.query({ index: 'gsi1', pk, limit: 30 });
    expect(take()).toMatchObject({ readUnits: 0.5, writeUnits: 0 });
  });

  it('counts the units of writes, twice in a transaction, and those of the indexes', async () => {
    const { table, take } = metered();
    const pk = partition();
    await table.putEach(numbered(30).map((sk) => ({ pk, sk })));
    expect(take()).toMatchObject({ calls: 1, roundTrips: 1, writeUnits: 30 });
    await table.transact([{ put: { pk, sk: 'small' } }, { put: { pk, sk: 'big', text: 'x'.repeat(1_500) } }]);
    expect(take()).toMatchObject({ readUnits: 0, writeUnits: 6 });
    await table.transact([{ put: { pk, sk: 'small', gsi1pk: pk, gsi1sk: 'x' } }]);
    expect(take()).toMatchObject({ readUnits: 0, writeUnits: 3 });
    await table.transact([{ put: { pk, sk: 'small', gsi1pk: pk, gsi1sk: 'y' } }]);
    expect(take()).toMatchObject({ writeUnits: 4 });
    await table.transact([
      { check: { pk, sk: 'none' }, if: { absent: true } },
      { remove: { pk, sk: 'small' } },
      { remove: { pk, sk: 'big' } },
    ]);
    expect(take()).toMatchObject({ writeUnits: 2 + 3 + 4 });
  });
});
